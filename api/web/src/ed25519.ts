// Strict Ed25519, suite INT-1 (docs/spec/entry.md, "Signatures"): cofactorless, S < L, A and R
// canonical and not of small order, A in the prime-order subgroup.
//
// With A in the prime-order subgroup, SB - kA is there too; so an equation that holds after
// multiplying by the cofactor holds without exactly when R is in that subgroup as well.
import { hashes, Point, verify } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, refuseUnless } from "./bytes.ts";

hashes.sha512 = sha512 as typeof hashes.sha512;

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const strictKeys = new Map<string, boolean>();
let native: Promise<boolean> | undefined;

/** Returns when the signature (64 bytes) of `message` verifies with `key` (32 bytes). */
export async function verifySignature(key: Bytes, signature: Bytes, message: Bytes): Promise<void> {
  refuseUnless(key.length === 32 && signature.length === 64, "signature.length");
  refuseUnless(isStrictKey(key), "signature.key");
  refuseUnless(scalar(signature.subarray(32)) < ORDER, "signature.scalar");
  refuseUnless(isPrimePoint(signature.subarray(0, 32)), "signature.point");
  refuseUnless(await holds(key, signature, message), "signature.bad");
}

function isStrictKey(key: Bytes): boolean {
  const name = key.join();
  let strict = strictKeys.get(name);
  if (strict === undefined) strictKeys.set(name, (strict = isPrimePoint(key)));
  return strict;
}

function isPrimePoint(encoding: Bytes): boolean {
  try {
    const point = Point.fromBytes(encoding, false);
    return !point.isSmallOrder() && point.isTorsionFree();
  } catch {
    return false; // not canonical, or not on the curve
  }
}

function scalar(bytes: Bytes): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
}

async function holds(key: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  if (!(await isNative())) return verify(signature, message, key, { zip215: false });
  const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, signature, message);
}

/** Whether this browser knows Ed25519: asked by trying, once, not by its version. */
export function isNative(): Promise<boolean> {
  return (native ??= tryNative());
}

async function tryNative(): Promise<boolean> {
  try {
    const base = Point.BASE.toBytes();
    await crypto.subtle.importKey("raw", new Uint8Array(base), "Ed25519", false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}
