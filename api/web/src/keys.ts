// A person's own key, made on this device and kept in IndexedDB: by the browser itself, which never
// hands it out, where it knows Ed25519 (a secure context); else by script, which says so.
import { getPublicKey, hashes, sign as signInScript } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, base64url, utf8 } from "./bytes.ts";
import { type Shelf, transact } from "./database.ts";
import { isNative } from "./ed25519.ts";
import { sha256 } from "./hash.ts";

hashes.sha512 = sha512 as typeof hashes.sha512;

/** A key as it is kept: `key` is the browser's and cannot be read, `seed` is script's. */
export interface Held {
  name: string;
  kid: string;
  x: string;
  key?: CryptoKey;
  seed?: Bytes;
}

const KEYS: Shelf = { database: "mingzhang", store: "keys" };

export function nameOf(origin: string, actor: string): string {
  return `${origin} ${actor}`;
}

export async function makeKey(name: string): Promise<Held> {
  const made = (await isNative()) ? await madeByBrowser() : madeInScript();
  const x = base64url(made.raw);
  const kid = base64url(await sha256(utf8(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)));
  const held: Held = { name, kid, x, ...made.kept };
  await transact(KEYS, "readwrite", (store) => store.put(held));
  return held;
}

async function madeByBrowser(): Promise<{ raw: Bytes; kept: Partial<Held> }> {
  const pair = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { raw, kept: { key: pair.privateKey } };
}

function madeInScript(): { raw: Bytes; kept: Partial<Held> } {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  return { raw: new Uint8Array(getPublicKey(seed)), kept: { seed } };
}

export async function findKey(name: string): Promise<Held | undefined> {
  return await transact<Held | undefined>(KEYS, "readonly", (store) => store.get(name));
}

export async function dropKey(name: string): Promise<void> {
  await transact(KEYS, "readwrite", (store) => store.delete(name));
}

export async function sign(held: Held, message: Bytes): Promise<Bytes> {
  if (held.key) return new Uint8Array(await crypto.subtle.sign("Ed25519", held.key, message));
  return new Uint8Array(signInScript(message, held.seed as Bytes));
}
