// The signer: a thread of its own that holds the key and signs only what it opened and gave to show.
import { base64url, Refused, utf8 } from "./bytes.ts";
import type { Json } from "./canonical.ts";
import { type Draft, type Opened, openDraft, possession, signDrafts, type Signer } from "./draft.ts";
import { sha256 } from "./hash.ts";
import { dropKey, findKey, type Held, makeKey, nameOf, sign } from "./keys.ts";

export type Order =
  | { op: "find" | "make" | "drop" }
  | { op: "prove" }
  | { op: "digest"; file: Blob }
  | { op: "open"; role: string; seen?: Json; drafts: Draft[] }
  | { op: "sign" };

export interface Ask {
  id: number;
  origin: string;
  actor: string;
  order: Order;
}

/** A key as a page may know it. */
export interface KeyShown {
  kid: string;
  x: string;
  /** Whether the browser keeps it, and never hands it out. */
  guarded: boolean;
}

export interface DraftShown {
  type: string;
  stream: string;
  seq: number;
  occ: string;
  seen?: Json;
  pub: { [name: string]: Json };
  values: [group: string, name: string, value: Json][];
}

export interface Answer {
  id: number;
  code?: string;
  key?: KeyShown | null;
  proof?: string;
  digest?: string;
  drafts?: DraftShown[];
  presentations?: string[];
}

let opened: { signer: Signer; drafts: Opened[] } | undefined;

async function obey({ origin, actor, order }: Ask): Promise<Omit<Answer, "id">> {
  if (order.op === "digest") return { digest: base64url(await sha256(new Uint8Array(await order.file.arrayBuffer()))) };
  const name = nameOf(origin, actor);
  if (order.op === "make") return { key: shown(await makeKey(name)) };
  if (order.op === "drop") await dropKey(name);
  const held = await findKey(name);
  if (order.op === "find" || order.op === "drop") return { key: held ? shown(held) : null };
  if (!held) throw new Refused("key.missing");
  if (order.op === "prove") return { proof: base64url(await sign(held, utf8(possession(origin, actor, held.kid)))) };
  if (order.op === "open") {
    const signer = { origin, actor, role: order.role, kid: held.kid, seen: order.seen };
    const drafts = await Promise.all(order.drafts.map((draft) => openDraft(draft, signer)));
    opened = { signer, drafts };
    return { drafts: drafts.map(told) };
  }
  if (!opened || opened.signer.kid !== held.kid) throw new Refused("draft.missing");
  return { presentations: await signDrafts(opened.drafts, opened.signer, (message) => sign(held, message)) };
}

function shown(held: Held): KeyShown {
  return { kid: held.kid, x: held.x, guarded: held.key !== undefined };
}

function told({ claims, values }: Opened): DraftShown {
  const flat: [string, string, Json][] = [];
  for (const [group, named] of values) for (const [name, value] of named) if (value !== null) flat.push([group, name, value]);
  return { type: claims.type, stream: claims.stream, seq: claims.seq, occ: String(claims.occ), seen: claims.seen, pub: claims.pub, values: flat };
}

self.onmessage = async ({ data }: MessageEvent<Ask>) => {
  try {
    self.postMessage({ ...(await obey(data)), id: data.id } satisfies Answer);
  } catch (error) {
    const code = error instanceof Refused ? error.code : "device";
    self.postMessage({ id: data.id, code } satisfies Answer);
  }
};
