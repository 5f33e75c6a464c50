// What is signed on a device: claims in their one spelling, every digest opened, nobody else's draft.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { build } from "esbuild";

const vectors = new URL("../../../tests/vectors/", import.meta.url);
const entries = JSON.parse(await readFile(new URL("entries.json", vectors), "utf8"));
const made = await build({
  entryPoints: [new URL("../src/verify.ts", import.meta.url).pathname],
  bundle: true,
  format: "esm",
  write: false,
  target: "chrome87",
});
const source = `data:text/javascript;base64,${Buffer.from(made.outputFiles[0].contents).toString("base64")}`;
const v = await import(source);
const valid = entries.cases.filter((each) => each.valid);
const opening = await Promise.all(valid.map(({ presentation }) => v.parsePresentation(v.utf8(presentation))));

function drafted(number) {
  const { signed } = opening[number];
  const disclosures = valid[number].presentation.split("~").slice(1, -1);
  const { actor, role, log, seen } = signed.claims;
  const draft = { claims: structuredClone(signed.claims), chained: false, disclosures };
  return { draft, signer: { origin: log, actor, role, kid: signed.kid, seen } };
}

test("claims are written as Python writes them, byte for byte", () => {
  for (const [number, { presentation }] of valid.entries()) {
    const { draft, signer } = drafted(number);
    const [header, payload] = presentation.split(".");
    // Members in another order: what is signed depends on what they say, not on how they came.
    const shuffled = Object.fromEntries(Object.entries(draft.claims).reverse());
    assert.equal(v.signingInput(shuffled, signer.kid), `${header}.${payload}`);
  }
});

test("what a draft says is what its presentation would open to", async () => {
  for (const number of valid.keys()) {
    const { draft, signer } = drafted(number);
    if (opening[number].signed.sealed.size !== opening[number].values.size) continue;
    const { values } = await v.openDraft(draft, signer);
    assert.deepEqual(values, opening[number].values);
  }
});

const full = opening.findIndex(({ signed, values }) => signed.sealed.size > 0 && [...signed.sealed].every(([group, digests]) => values.get(group)?.size === digests.length));

test("a draft that hides a value, adds one or shows another is refused", async () => {
  const { draft, signer } = drafted(full);
  await v.openDraft(draft, signer);
  await assert.rejects(v.openDraft({ ...draft, disclosures: draft.disclosures.slice(1) }, signer), { code: "draft.mismatch" });
  await assert.rejects(v.openDraft({ ...draft, disclosures: [...draft.disclosures, draft.disclosures[0]] }, signer), v.Refused);
  const [salt, name] = JSON.parse(Buffer.from(draft.disclosures[0], "base64url"));
  const other = Buffer.from(JSON.stringify([salt, name, "another"])).toString("base64url");
  await assert.rejects(v.openDraft({ ...draft, disclosures: [other, ...draft.disclosures.slice(1)] }, signer), { code: "disclosure.unreferenced" });
});

test("a draft of somebody else, another post or another log is refused", async () => {
  const { draft, signer } = drafted(full);
  for (const changed of [{ actor: "person/KC85N168F20Q7W8TSZVVDFJSN9" }, { role: "registrar_" }, { origin: "other" }]) {
    await assert.rejects(v.openDraft(draft, { ...signer, ...changed }), v.Refused);
  }
  await assert.rejects(v.openDraft({ ...draft, claims: { ...draft.claims, more: 1 } }, signer), { code: "claims.unknown" });
});

test("a draft that states another checkpoint than this device verified last is refused", async () => {
  const { draft, signer } = drafted(full);
  const seen = { size: 2, root: "A".repeat(43) };
  const stated = { ...draft, claims: { ...draft.claims, seen } };
  await v.openDraft(stated, { ...signer, seen });
  for (const other of [undefined, { ...seen, size: 1 }]) {
    await assert.rejects(v.openDraft(stated, { ...signer, seen: other }), { code: "draft.seen" });
  }
});

test("what is signed here verifies, and later drafts of a stream follow on it", async () => {
  const key = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", key.publicKey));
  const sign = async (message) => new Uint8Array(await crypto.subtle.sign("Ed25519", key.privateKey, message));
  const { draft, signer } = drafted(full);
  const first = await v.openDraft(draft, signer);
  const next = { ...first, chained: true, claims: { ...first.claims, seq: first.claims.seq + 1 } };
  const presentations = await v.signDrafts([first, next], signer, sign);
  const [one, two] = await Promise.all(presentations.map((each) => v.parsePresentation(v.utf8(each))));
  for (const each of [one, two]) await v.verifySigned(each.signed, raw);
  assert.deepEqual(one.values, first.values);
  assert.equal(two.signed.claims.prev, one.signed.digest);
  await assert.rejects(v.signDrafts([next], signer, sign), { code: "draft.chained" });
});
