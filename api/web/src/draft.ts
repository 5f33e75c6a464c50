// What a person is about to sign, taken apart on her own device, and signed there.
//
// The server's draft is a proposal only: the claims are written anew in canonical form here, every
// digest is computed from the values shown, and all of them are opened. So what is shown is what is
// signed, whatever the server says. That the codes mean what pages say is not checked here.
import { base64url, refuseUnless, utf8 } from "./bytes.ts";
import { encodeCanonical, type Json } from "./canonical.ts";
import { type Claims, matchDisclosures, verifyClaims } from "./entry.ts";
import { sha256 } from "./hash.ts";

export interface Draft {
  claims: Json;
  chained: boolean;
  disclosures: string[];
}

/** Who is to sign, for which log; nothing else is signed. */
export interface Signer {
  origin: string;
  actor: string;
  role: string;
  kid: string;
  /** The checkpoint this device verified last, if any. */
  seen: Json | undefined;
}

export interface Opened {
  claims: Claims;
  chained: boolean;
  disclosures: string[];
  values: Map<string, Map<string, Json>>;
}

/** Returns what a draft says; refuses one that is another's or hides a value. */
export async function openDraft(draft: Draft, signer: Signer): Promise<Opened> {
  const sealed = verifyClaims(draft.claims);
  const claims = draft.claims as Claims;
  refuseUnless(claims.log === signer.origin, "draft.log");
  refuseUnless(claims.actor === signer.actor && claims.role === signer.role, "draft.actor");
  refuseUnless(spelled(claims.seen) === spelled(signer.seen), "draft.seen");
  const values = await matchDisclosures(sealed, draft.disclosures);
  for (const [group, digests] of sealed) refuseUnless(values.get(group)?.size === digests.length, "draft.mismatch");
  return { claims, chained: draft.chained, disclosures: draft.disclosures, values };
}

function spelled(seen: Json | undefined): string {
  return seen === undefined ? "" : encodeCanonical(seen);
}

/** Signs drafts in their order, chaining those that follow each other in one stream; returns presentations. */
export async function signDrafts(opened: Opened[], signer: Signer, sign: (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>): Promise<string[]> {
  const tips = new Map<string, string>();
  const made: string[] = [];
  for (const draft of opened) {
    const tip = tips.get(draft.claims.stream);
    refuseUnless(draft.chained === (tip !== undefined), "draft.chained");
    const claims = tip === undefined ? draft.claims : { ...draft.claims, prev: tip };
    const message = signingInput(claims, signer.kid);
    const jws = `${message}.${base64url(await sign(utf8(message)))}`;
    tips.set(draft.claims.stream, base64url(await sha256(utf8(jws))));
    made.push([jws, ...draft.disclosures, ""].join("~"));
  }
  return made;
}

/** What a JWS's signature covers: header and claims, each in their one spelling. */
export function signingInput(claims: Json, kid: string): string {
  const header = encodeCanonical({ alg: "Ed25519", kid, typ: "sgl-entry+sd-jwt" });
  return `${base64url(utf8(header))}.${base64url(utf8(encodeCanonical(claims)))}`;
}

/** What proves that a key is held by an actor and meant for a log (docs/spec/entry.md, "Genesis"). */
export function possession(origin: string, actor: string, kid: string): string {
  return `sgl-pop-v1\n${origin}\n${actor}\n${kid}\n`;
}
