// SHA-256 in script for what is short, since the browser's own answers from another thread, which
// takes longer than the hash; the browser's for what is long, where it lends it (a secure context).
import { sha256 as inScript } from "@noble/hashes/sha2.js";
import type { Bytes } from "./bytes.ts";

const LONG = 1 << 15;

export async function sha256(bytes: Bytes): Promise<Bytes> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle && bytes.length >= LONG) return new Uint8Array(await subtle.digest("SHA-256", bytes));
  return new Uint8Array(inScript(bytes));
}
