// What this device checks by itself, and in which order; `Reader` fetches, `Memory` is what it saw before.
//
// The genesis it saw first is what everything hangs on: it names the log's key. A log that answers
// with another genesis, a smaller tree or a tree that does not extend the one seen before has failed.
// Not handled: a log key that was replaced since the genesis; then it cannot be told, and says so.
import { type Bytes, equal, hex, Refused, refuseUnless, unhex, utf8 } from "./bytes.ts";
import { isObject } from "./canonical.ts";
import { keyOf, leafHash, matchDisclosures, parseEntry, type Signed, verifySigned } from "./entry.ts";
import { type Checkpoint, openCheckpoint, parseProof, parseVkey, verifyConsistency, verifyInclusion, type Vkey } from "./log.ts";
import type { Memory } from "./memory.ts";

export type Step = "entry" | "signature" | "disclosures" | "enrolled" | "inclusion" | "checkpoint" | "genesis" | "consistency";

export interface Reader {
  bytes(path: string): Promise<Bytes>;
  json(path: string): Promise<unknown>;
}

export interface Verdict {
  state: "valid" | "failed" | "unable";
  done: Step[];
  at?: Step;
  code?: string;
  memory: Memory;
  /** What the field disclosures given open to, by name. */
  values?: Record<string, unknown>;
}

interface Genesis {
  digest: string;
  vkey: Vkey;
  signed: Signed;
}

interface Shown {
  index: number;
  recorded_at: number;
  jws: string;
}

export class Checker {
  private genesis: Genesis | undefined;
  private readonly keys = new Map<string, Promise<Bytes>>();
  private readonly done: Step[] = [];
  private step: Step = "genesis";
  private last: { note: Bytes; point: Checkpoint } | undefined;

  constructor(
    private readonly reader: Reader,
    private memory: Memory,
  ) {}

  /** Checks one entry by its log index, and that field disclosures are of what it seals. */
  async entry(index: number, disclosures: string[] = []): Promise<Verdict> {
    const values: Record<string, unknown> = {};
    const verdict = await this.verdict(async () => {
      const genesis = await this.trusted();
      const signed = await this.recorded(index, genesis);
      this.step = "enrolled";
      const key = await this.key(signed, index, genesis);
      this.passed();
      this.step = "signature";
      await verifySigned(signed, key);
      this.passed();
      if (disclosures.length === 0) return;
      this.step = "disclosures";
      for (const opened of (await matchDisclosures(signed.sealed, disclosures)).values()) Object.assign(values, Object.fromEntries(opened));
      this.passed();
    });
    return { ...verdict, values };
  }

  /** Checks the log itself: genesis, checkpoint, and that it extends what was seen before. */
  async log(): Promise<Verdict> {
    return this.verdict(async () => {
      const genesis = await this.trusted();
      this.step = "checkpoint";
      const point = await this.opened(await this.reader.bytes("/log/checkpoint"), genesis);
      this.passed();
      await this.extends(point);
    });
  }

  private async verdict(check: () => Promise<void>): Promise<Verdict> {
    this.done.length = 0;
    try {
      await check();
      return { state: "valid", done: [...this.done], memory: this.memory };
    } catch (error) {
      const code = error instanceof Refused ? error.code : "unread";
      // Nothing fetched, or signed with a key the genesis does not name: no verdict on the entry.
      const state = code === "unread" || code === "note.unsigned" ? "unable" : "failed";
      return { state, done: [...this.done], at: this.step, code, memory: this.memory };
    }
  }

  private passed(): void {
    if (!this.done.includes(this.step)) this.done.push(this.step);
  }

  private async trusted(): Promise<Genesis> {
    this.step = "genesis";
    this.genesis ??= await this.readGenesis();
    refuseUnless((this.memory.genesis ?? this.genesis.digest) === this.genesis.digest, "genesis.other");
    this.memory = { ...this.memory, genesis: this.genesis.digest };
    this.passed();
    return this.genesis;
  }

  private async readGenesis(): Promise<Genesis> {
    const { signed } = await parseEntry(await this.reader.bytes("/log/genesis"));
    refuseUnless(signed.claims.type === "log.genesis.v1", "genesis.type");
    const { vkey } = signed.claims.pub;
    refuseUnless(typeof vkey === "string", "genesis.vkey");
    await verifySigned(signed, await founderKey(signed, signed));
    return { digest: signed.digest, vkey: await parseVkey(vkey), signed };
  }

  /** Returns the entry at an index, once it is of its form and in the tree of a signed checkpoint. */
  private async recorded(index: number, genesis: Genesis): Promise<Signed> {
    this.step = "entry";
    // Both at once: what is slow is the way there.
    const path = `/api/v1/entries/${index}`;
    const [answer, file] = await Promise.all([this.reader.json(path), this.reader.bytes(`${path}.tlog-proof`)]);
    const shown = answer as Shown;
    const bytes = utf8(`${shown.recorded_at} ${shown.jws}`);
    const { signed } = await parseEntry(bytes);
    this.passed();
    this.step = "checkpoint";
    const proof = parseProof(file);
    const point = await this.opened(proof.checkpoint, genesis);
    this.passed();
    this.step = "inclusion";
    refuseUnless(proof.index === index && signed.claims.log === point.origin, "inclusion.other");
    await verifyInclusion(index, point.size, await leafHash(bytes), proof.hashes, point.root);
    this.passed();
    await this.extends(point);
    return signed;
  }

  /** Returns a signed checkpoint; the very bytes that were opened last are not verified again. */
  private async opened(note: Bytes, genesis: Genesis): Promise<Checkpoint> {
    if (this.last === undefined || !equal(note, this.last.note)) {
      this.last = { note, point: await openCheckpoint(note, genesis.vkey) };
    }
    return this.last.point;
  }

  private async extends(point: Checkpoint): Promise<void> {
    this.step = "consistency";
    const { size = 0, root } = this.memory;
    if (root !== undefined && size > 0) {
      const seen = { size, root: unhex(root, 32) };
      const [older, newer] = size <= point.size ? [seen, point] : [point, seen];
      await this.verifyExtends(older, newer);
    }
    if (point.size >= size) this.memory = { ...this.memory, size: point.size, root: hex(point.root) };
    this.passed();
  }

  private async verifyExtends(older: { size: number; root: Bytes }, newer: { size: number; root: Bytes }): Promise<void> {
    if (older.size === newer.size) {
      refuseUnless(equal(older.root, newer.root), "log.fork");
      return;
    }
    const said = (await this.reader.json(`/log/consistency/${older.size}/${newer.size}`)) as { hashes: string[] };
    const hashes = said.hashes.map((hash) => unhex(hash, 32));
    await verifyConsistency(older.size, newer.size, older.root, newer.root, hashes);
  }

  /** Returns the signer's key, enrolled in the log before `index` for this very signer. */
  private async key(signed: Signed, index: number, genesis: Genesis): Promise<Bytes> {
    const name = `${signed.kid} ${signed.claims.actor}`;
    let found = this.keys.get(name);
    if (found === undefined) {
      found = this.enrolled(signed, index, genesis);
      this.keys.set(name, found);
      found.catch(() => this.keys.delete(name));
    }
    return found;
  }

  private async enrolled(signed: Signed, index: number, genesis: Genesis): Promise<Bytes> {
    const founders = genesis.signed.claims.pub.founders;
    if (Array.isArray(founders) && founders.some((each) => isObject(each) && each.actor === signed.claims.actor)) {
      try {
        return await founderKey(genesis.signed, signed);
      } catch {
        // A founder may act with a key enrolled later.
      }
    }
    const stream = (await this.reader.json(`/api/v1/streams/key/${signed.kid}?limit=1`)) as { entries: { index: number }[] };
    const first = stream.entries[0]?.index;
    refuseUnless(first !== undefined && first < index, "key.not_before");
    const enrolment = await this.recorded(first, genesis);
    this.step = "enrolled";
    const { type, pub } = enrolment.claims;
    refuseUnless(type === "key.enrolled.v1" && enrolment.claims.stream === `key/${signed.kid}`, "key.stream");
    refuseUnless(pub.holder === undefined || pub.holder === signed.claims.actor, "key.holder");
    return keyOf(pub.jwk, signed.kid);
  }
}

async function founderKey(genesis: Signed, signed: Signed): Promise<Bytes> {
  const { founders } = genesis.claims.pub;
  refuseUnless(Array.isArray(founders), "genesis.founders");
  const own = founders.find((each) => isObject(each) && each.actor === signed.claims.actor);
  refuseUnless(isObject(own), "genesis.founders");
  return keyOf(own.jwk, signed.kid);
}
