// Whom acts ask: the signer's thread, which holds the key, and the server.
import type { Answer, Ask, Order } from "./signer.ts";

/** The script of acts as the page loads it: it names the signer, and who is signed in. */
export const own = document.querySelector<HTMLScriptElement>("script[data-signer]");

let worker: Worker | undefined;
let asked = 0;
const waiting = new Map<number, (answer: Answer) => void>();

export function order(origin: string, actor: string, wanted: Order): Promise<Answer> {
  if (!worker) {
    worker = new Worker(own?.dataset.signer ?? "", { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    };
  }
  const id = ++asked;
  worker.postMessage({ id, origin, actor, order: wanted } satisfies Ask);
  return new Promise((resolve) => waiting.set(id, resolve));
}

export interface Told {
  ok: boolean;
  status: number;
  body: Record<string, unknown>;
}

/** Sends JSON; undefined when the server cannot be reached. */
export async function send(path: string, body: unknown): Promise<Told | undefined> {
  try {
    const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const told = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    return { ok: response.ok, status: response.status, body: told };
  } catch {
    return undefined;
  }
}
