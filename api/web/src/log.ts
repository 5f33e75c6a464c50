// The log's arithmetic (docs/spec/log.md): inclusion, consistency, signed notes, tlog-proofs.
import { type Bytes, concat, decimal, equal, refuseUnless, text, unbase64, utf8 } from "./bytes.ts";
import { verifySignature } from "./ed25519.ts";
import { sha256 } from "./hash.ts";

const PROOF = "c2sp.org/tlog-proof@v1";
const MAX_HASHES = 63;

export interface Vkey {
  name: string;
  id: Bytes;
  key: Bytes;
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
}

export interface Proof {
  index: number;
  hashes: Bytes[];
  checkpoint: Bytes;
}

async function node(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(1), left, right));
}

function requireHashes(...hashes: Bytes[]): void {
  refuseUnless(hashes.every((hash) => hash.length === 32), "log.hash");
}

/** Returns when `leaf` is entry `index` of the tree of `size` entries with this root. */
export async function verifyInclusion(index: number, size: number, leaf: Bytes, hashes: Bytes[], root: Bytes): Promise<void> {
  requireHashes(leaf, root, ...hashes);
  refuseUnless(index >= 0 && index < size, "log.inclusion");
  let [f, s, r] = [BigInt(index), BigInt(size) - 1n, leaf];
  for (const p of hashes) {
    refuseUnless(s !== 0n, "log.inclusion");
    if (f & 1n || f === s) {
      r = await node(p, r);
      while (!(f & 1n) && f !== 0n) [f, s] = [f >> 1n, s >> 1n];
    } else r = await node(r, p);
    [f, s] = [f >> 1n, s >> 1n];
  }
  refuseUnless(s === 0n && equal(r, root), "log.inclusion");
}

/** Returns when the tree of `newer` entries extends that of `older` entries. */
export async function verifyConsistency(older: number, newer: number, oldRoot: Bytes, newRoot: Bytes, hashes: Bytes[]): Promise<void> {
  requireHashes(oldRoot, newRoot, ...hashes);
  refuseUnless(older <= newer, "log.consistency");
  if (older === newer || older === 0) {
    const empty = older === newer ? newRoot : await sha256(new Uint8Array());
    refuseUnless(hashes.length === 0 && equal(oldRoot, empty), "log.consistency");
    return;
  }
  refuseUnless(hashes.length > 0, "log.consistency");
  const a = BigInt(older);
  const path = (a & (a - 1n)) === 0n ? [oldRoot, ...hashes] : hashes;
  let [f, s] = [a - 1n, BigInt(newer) - 1n];
  while (f & 1n) [f, s] = [f >> 1n, s >> 1n];
  let one = path[0] as Bytes;
  let two = one;
  for (const p of path.slice(1)) {
    refuseUnless(s !== 0n, "log.consistency");
    if (f & 1n || f === s) {
      [one, two] = [await node(p, one), await node(p, two)];
      while (!(f & 1n) && f !== 0n) [f, s] = [f >> 1n, s >> 1n];
    } else two = await node(two, p);
    [f, s] = [f >> 1n, s >> 1n];
  }
  refuseUnless(s === 0n && equal(one, oldRoot) && equal(two, newRoot), "log.consistency");
}

/** Parses `<name>+<key id>+<base64 of 01 and the public key>`. */
export async function parseVkey(spelt: string): Promise<Vkey> {
  const found = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(spelt);
  refuseUnless(found !== null, "vkey.form");
  const [, name, id, encoded] = found as unknown as [string, string, string, string];
  const typed = unbase64(encoded);
  refuseUnless(typed.length === 33 && typed[0] === 1, "vkey.type");
  const made = (await sha256(concat(utf8(`${name}\n`), typed))).slice(0, 4);
  const stated = Uint8Array.from(id.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  refuseUnless(equal(made, stated), "vkey.id");
  return { name, id: made, key: typed.slice(1) };
}

/** Returns the checkpoint of a note once the log's own key signed it; other signatures are passed over. */
export async function openCheckpoint(note: Bytes, vkey: Vkey): Promise<Checkpoint> {
  const whole = text(note, "note.utf8");
  refuseUnless(!/[\x00-\x09\x0b-\x1f]/.test(whole) && !whole.startsWith("\ufeff"), "note.control");
  const cut = whole.lastIndexOf("\n\n");
  refuseUnless(cut > 0 && whole.endsWith("\n"), "note.form");
  const body = whole.slice(0, cut + 1);
  const lines = whole.slice(cut + 2, -1).split("\n");
  let signed = 0;
  for (const line of lines) {
    const found = /^\u2014 (\S+) (\S+)$/.exec(line);
    refuseUnless(found !== null, "note.signature");
    const blob = unbase64(found[2] as string);
    refuseUnless(blob.length > 4, "note.signature");
    if (found[1] !== vkey.name || !equal(blob.slice(0, 4), vkey.id)) continue;
    await verifySignature(vkey.key, blob.slice(4), utf8(body));
    signed += 1;
  }
  refuseUnless(signed > 0, "note.unsigned");
  refuseUnless(signed === 1, "note.repeated");
  return parseCheckpoint(body, vkey.name);
}

function parseCheckpoint(body: string, origin: string): Checkpoint {
  const lines = body.slice(0, -1).split("\n");
  refuseUnless(lines.length >= 3 && lines.every((line) => line !== ""), "checkpoint.form");
  refuseUnless(lines[0] === origin, "checkpoint.origin");
  const root = unbase64(lines[2] as string);
  requireHashes(root);
  return { origin, size: decimal(lines[1] as string), root };
}

export function parseProof(file: Bytes): Proof {
  const whole = text(file, "proof.utf8");
  const cut = whole.indexOf("\n\n");
  refuseUnless(cut > 0, "proof.form");
  const [header, ...lines] = whole.slice(0, cut).split("\n");
  if (lines[0]?.startsWith("extra ")) unbase64((lines.shift() as string).slice(6));
  const index = lines.shift();
  refuseUnless(header === PROOF && index !== undefined && index.startsWith("index "), "proof.form");
  refuseUnless(lines.length <= MAX_HASHES, "proof.form");
  const hashes = lines.map(unbase64);
  requireHashes(...hashes);
  return { index: decimal(index.slice(6)), hashes, checkpoint: utf8(whole.slice(cut + 2)) };
}
