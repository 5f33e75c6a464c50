// SHA-256: the browser's own where it lends it (a secure context), else in script.
import { sha256 as inScript } from "@noble/hashes/sha2.js";
import type { Bytes } from "./bytes.ts";

export async function sha256(bytes: Bytes): Promise<Bytes> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle) return new Uint8Array(await subtle.digest("SHA-256", bytes));
  return new Uint8Array(inScript(bytes));
}
