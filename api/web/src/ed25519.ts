// Strict Ed25519, suite INT-1 (docs/spec/entry.md, "Signatures"): cofactorless, S < L, A and R
// canonical and not of small order, A in the prime-order subgroup.
//
// With A in the prime-order subgroup SB - kA is there too: where the equation SB - kA = R itself is
// tested, R needs no test of its own, which would take as long as the signature. A browser may test
// it multiplied by the cofactor (RFC 8032 allows both); then R is tested here.
import { hashes, Point } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, equal, refuseUnless, unhex } from "./bytes.ts";

hashes.sha512 = sha512 as typeof hashes.sha512;

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
/** Holds multiplied by the cofactor and not otherwise: R has a part of order 8. Of no message. */
const LAX = {
  key: "233d33c834b49277ee9b903712b5da38af868bf78c0f8e4c33dd1257251eb7ea",
  signature:
    "43a9c53870fad30ba7e7ec62fcf8e912a68c97fc565ffa67eaf71360759d7e6a" +
    "d9baca21bdbd39b1ea78a8fe2355fde474fa90e054d287ea12b4e90de4060d0d",
};
const keys = new Map<string, Key>();
let native: Promise<boolean> | undefined;
let lax: Promise<boolean> | undefined;

interface Key {
  point: Point | undefined;
  imported?: Promise<CryptoKey>;
}

/** Returns when the signature (64 bytes) of `message` verifies with `key` (32 bytes). */
export async function verifySignature(key: Bytes, signature: Bytes, message: Bytes): Promise<void> {
  refuseUnless(key.length === 32 && signature.length === 64, "signature.length");
  const known = found(key);
  refuseUnless(known.point !== undefined, "signature.key");
  refuseUnless(scalar(signature.subarray(32)) < ORDER, "signature.scalar");
  refuseUnless(pointOf(signature.subarray(0, 32)) !== undefined, "signature.point");
  refuseUnless(await holds(key, known, signature, message), "signature.bad");
}

/** Returns what is known of a key; of most there are many signatures. */
function found(key: Bytes): Key {
  const name = key.join();
  let known = keys.get(name);
  if (known === undefined) {
    const point = pointOf(key);
    keys.set(name, (known = { point: point?.isTorsionFree() ? point : undefined }));
  }
  return known;
}

/** Returns a point of canonical encoding and not of small order. */
function pointOf(encoding: Bytes): Point | undefined {
  try {
    const point = Point.fromBytes(encoding, false);
    return point.isSmallOrder() ? undefined : point;
  } catch {
    return undefined; // not canonical, or not on the curve
  }
}

function scalar(bytes: Bytes): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
}

async function holds(key: Bytes, known: Key, signature: Bytes, message: Bytes): Promise<boolean> {
  if (!(await isNative())) return equal(made(key, known.point as Point, signature, message), signature.subarray(0, 32));
  known.imported ??= imported(key);
  if (!(await crypto.subtle.verify("Ed25519", await known.imported, signature, message))) return false;
  return !(await isLax()) || Point.fromBytes(signature.subarray(0, 32), false).isTorsionFree();
}

/** Returns SB - kA, encoded: R of a signature that holds. */
function made(key: Bytes, point: Point, signature: Bytes, message: Bytes): Bytes {
  const r = signature.subarray(0, 32);
  const k = scalar(sha512(concat(r, key, message))) % ORDER;
  const sb = Point.BASE.multiply(scalar(signature.subarray(32)), false);
  return new Uint8Array(sb.subtract(point.multiply(k, false)).toBytes());
}

function imported(key: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
}

/** Whether this browser tests the equation multiplied by the cofactor: asked by trying, once. */
function isLax(): Promise<boolean> {
  return (lax ??= tryLax());
}

async function tryLax(): Promise<boolean> {
  const key = await imported(unhex(LAX.key, 32));
  return crypto.subtle.verify("Ed25519", key, unhex(LAX.signature, 64), new Uint8Array());
}

/** Whether this browser knows Ed25519: asked by trying, once, not by its version. */
export function isNative(): Promise<boolean> {
  return (native ??= tryNative());
}

async function tryNative(): Promise<boolean> {
  try {
    const base = Point.BASE.toBytes();
    await imported(new Uint8Array(base));
    return true;
  } catch {
    return false;
  }
}
