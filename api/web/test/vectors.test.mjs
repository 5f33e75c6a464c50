// The verifier against the known answers of tests/vectors, with the browser's cryptography and
// without it. The sources are bundled as for the browser, so that what is tested is what is served.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { build } from "esbuild";

const vectors = new URL("../../../tests/vectors/", import.meta.url);
const entries = JSON.parse(await readFile(new URL("entries.json", vectors), "utf8"));
const tlog = JSON.parse(await readFile(new URL("tlog.json", vectors), "utf8"));
const made = await build({
  entryPoints: [new URL("../src/verify.ts", import.meta.url).pathname],
  bundle: true,
  format: "esm",
  write: false,
  target: "chrome87",
});
const source = `data:text/javascript;base64,${Buffer.from(made.outputFiles[0].contents).toString("base64")}`;
const native = await import(source);

const subtle = globalThis.crypto.subtle;
Object.defineProperty(globalThis.crypto, "subtle", { value: undefined, configurable: true });
const script = await import(`${source}#script`);
await script.sha256(script.utf8("settle")); // which cryptography there is, is asked once
await script.verifySigned((await script.parsePresentation(script.utf8(entries.cases[0].presentation))).signed, script.unbase64url(entries.jwk.x));
Object.defineProperty(globalThis.crypto, "subtle", { value: subtle, configurable: true });

// SB = R + kA holds of it multiplied by 8 and not otherwise, for R has a part of order 8.
const mixed = {
  key: "233d33c834b49277ee9b903712b5da38af868bf78c0f8e4c33dd1257251eb7ea",
  signature:
    "43a9c53870fad30ba7e7ec62fcf8e912a68c97fc565ffa67eaf71360759d7e6a" +
    "d9baca21bdbd39b1ea78a8fe2355fde474fa90e054d287ea12b4e90de4060d0d",
};

test("where the browser multiplies by the cofactor, a mixed R is refused all the same", async () => {
  const v = await import(`${source}#lax`);
  const { signed } = await v.parsePresentation(v.utf8(entries.cases[0].presentation));
  const lax = { importKey: (...words) => subtle.importKey(...words), verify: async () => true };
  Object.defineProperty(globalThis.crypto, "subtle", { value: lax, configurable: true });
  try {
    await v.verifySignature(v.unbase64url(entries.jwk.x), signed.signature, signed.message);
    const [key, signature] = [v.unhex(mixed.key, 32), v.unhex(mixed.signature, 64)];
    await assert.rejects(v.verifySignature(key, signature, new Uint8Array()), v.Refused);
  } finally {
    Object.defineProperty(globalThis.crypto, "subtle", { value: subtle, configurable: true });
  }
});

async function accepts(v, presentation) {
  try {
    const { signed } = await v.parsePresentation(v.utf8(presentation));
    const key = await v.keyOf({ kty: "OKP", crv: "Ed25519", x: entries.jwk.x }, signed.kid);
    await v.verifySigned(signed, key);
    return true;
  } catch (error) {
    if (!(error instanceof v.Refused)) throw error;
    return false;
  }
}

for (const [name, v] of Object.entries({ native, script })) {
  for (const { name: what, presentation, valid } of entries.cases) {
    test(`${name}: ${what} is ${valid ? "accepted" : "refused"}`, async () => {
      assert.equal(await accepts(v, presentation), valid);
    });
  }

  test(`${name}: a signature that holds only multiplied by the cofactor is refused`, async () => {
    const [key, signature] = [v.unhex(mixed.key, 32), v.unhex(mixed.signature, 64)];
    await assert.rejects(v.verifySignature(key, signature, new Uint8Array()), v.Refused);
  });

  test(`${name}: the entry has the known leaf hash`, async () => {
    const bytes = v.utf8(entries.entry);
    const { recordedAt, signed } = await v.parseEntry(bytes);
    assert.equal(recordedAt, entries.recorded_at);
    assert.equal(signed.kid, entries.jwk.kid);
    assert.equal(v.hex(await v.leafHash(bytes)), entries.leaf_hash_hex);
  });

  for (const { name: what, entry } of entries.bad_entries) {
    test(`${name}: the entry ${what} is refused`, async () => {
      await assert.rejects(v.parseEntry(v.utf8(entry)), v.Refused);
    });
  }

  for (const weak of entries.weak_ed25519_public_keys_hex) {
    test(`${name}: the weak key ${weak.slice(0, 8)} is refused`, async () => {
      const { signed } = await v.parsePresentation(v.utf8(entries.cases[0].presentation));
      await assert.rejects(v.verifySigned(signed, v.unhex(weak, 32)), v.Refused);
    });
  }

  test(`${name}: genesis and enrolment read as they were made`, async () => {
    for (const { entry, leaf_hash_hex } of [entries.genesis, entries.enrolment]) {
      const bytes = v.utf8(entry);
      await v.parseEntry(bytes);
      assert.equal(v.hex(await v.leafHash(bytes)), leaf_hash_hex);
    }
  });

  test(`${name}: inclusion holds for its leaf, index, size and root only`, async () => {
    const leaf = await v.sha256(v.concat(Uint8Array.of(0), Buffer.from(tlog.leaves_hex[5], "hex")));
    const root = v.unhex(tlog.roots_hex.at(-1), 32);
    const hashes = tlog.inclusion_5_of_8_b64.map(v.unbase64);
    await v.verifyInclusion(5, 8, leaf, hashes, root);
    const wrong = [
      [4, 8, leaf, hashes, root],
      [5, 8, root, hashes, root],
      [5, 8, leaf, hashes.slice(1), root],
      [5, 8, leaf, [...hashes, root], root],
      [5, 8, leaf, hashes, leaf],
      [8, 8, leaf, hashes, root],
      [0, 1, new Uint8Array(), [], new Uint8Array()],
    ];
    for (const each of wrong) await assert.rejects(v.verifyInclusion(...each), v.Refused);
  });

  test(`${name}: every tree extends every smaller one, and no other`, async () => {
    const leaves = await Promise.all(
      tlog.leaves_hex.map((hex) => v.sha256(v.concat(Uint8Array.of(0), Buffer.from(hex, "hex")))),
    );
    const node = (l, r) => v.sha256(v.concat(Uint8Array.of(1), l, r));
    const split = (n) => 2 ** Math.floor(Math.log2(n - 1));
    const rootOf = async (d) =>
      d.length === 1 ? d[0] : node(await rootOf(d.slice(0, split(d.length))), await rootOf(d.slice(split(d.length))));
    // RFC 6962, section 2.1.2, as it is written there.
    const sub = async (m, d, whole) => {
      if (m === d.length) return whole ? [] : [await rootOf(d)];
      const k = split(d.length);
      return m <= k
        ? [...(await sub(m, d.slice(0, k), whole)), await rootOf(d.slice(k))]
        : [...(await sub(m - k, d.slice(k), false)), await rootOf(d.slice(0, k))];
    };
    for (let n = 1; n <= 8; n++) {
      assert.equal(v.hex(await rootOf(leaves.slice(0, n))), tlog.roots_hex[n - 1]);
      for (let m = 1; m <= n; m++) {
        const proof = m === n ? [] : await sub(m, leaves.slice(0, n), true);
        const [one, two] = [await rootOf(leaves.slice(0, m)), await rootOf(leaves.slice(0, n))];
        await v.verifyConsistency(m, n, one, two, proof);
        const other = await v.sha256(one);
        await assert.rejects(v.verifyConsistency(m, n, other, two, proof), v.Refused);
        await assert.rejects(v.verifyConsistency(m, n, one, other, proof), v.Refused);
        await assert.rejects(v.verifyConsistency(m, n, one, two, [...proof, other]), v.Refused);
      }
    }
    const known = tlog.consistency_6_to_8_b64.map(v.unbase64);
    await v.verifyConsistency(6, 8, v.unhex(tlog.roots_hex[5], 32), v.unhex(tlog.roots_hex[7], 32), known);
  });

  test(`${name}: a checkpoint opens with the log's key, and with no other`, async () => {
    const note = v.utf8(tlog.cosigned_checkpoint);
    const point = await v.openCheckpoint(note, await v.parseVkey(tlog.log_vkey));
    assert.deepEqual([point.origin, point.size, v.hex(point.root)], ["ledger.example/grid-01", 8, tlog.roots_hex[7]]);
    const other = await v.parseVkey(tlog.log_vkey);
    other.name = "ledger.example/grid-02";
    await assert.rejects(v.openCheckpoint(note, other), { code: "note.unsigned" });
    for (const [from, to] of [["\n8\n", "\n9\n"], ["\n8\n", "\n08\n"], ["\n\n", "\n"], ["mtqR", "mtqS"], ["grid-01\n8", "grid-01\r\n8"]]) {
      const changed = v.utf8(tlog.cosigned_checkpoint.replace(from, to));
      await assert.rejects(v.openCheckpoint(changed, await v.parseVkey(tlog.log_vkey)), v.Refused);
    }
    await assert.rejects(v.parseVkey(tlog.log_vkey.replace("9ada9161", "9ada9162")), v.Refused);
  });

  test(`${name}: spellings that do not encode back are refused`, () => {
    for (const spelt of ["AB==", "AA=", "AA", "A A=", "====", "AAAA=", "AA==\n"]) assert.throws(() => v.unbase64(spelt), v.Refused, spelt);
    for (const spelt of ["AB", "A", "AA==", "A+", "AA\n"]) assert.throws(() => v.unbase64url(spelt), v.Refused, spelt);
    for (const spelt of ["+1", "01", " 1", "1 ", "1e3", "٣", "", "9007199254740993"]) assert.throws(() => v.decimal(spelt), v.Refused, spelt);
    for (const spelt of ['{"b":1,"a":2}', '{"a":1,"a":1}', '"\\u0041"', "1.0", "-0", "[1 ]", '"\\ud800"', '{"é":1}', "\ufeff1"]) {
      assert.throws(() => v.decodeCanonical(v.utf8(spelt)), v.Refused, spelt);
    }
  });
}
