// Signed entries and presentations, profile SGL-1 (docs/spec/entry.md): strict parsing, nothing more.
// Which sealed names a type declares, who may act, what `pub` may hold are not handled here.
import { type Bytes, base64url, concat, refuseUnless, text, unbase64url, utf8 } from "./bytes.ts";
import { decodeCanonical, isObject, type Json } from "./canonical.ts";
import { verifySignature } from "./ed25519.ts";
import { sha256 } from "./hash.ts";

const MAX_ENTRY = 65_535;
const MAX_SECONDS = 10 ** 10 - 1;
const ID = "[0-9A-HJKMNP-TV-Z]{26}";
const DIGEST = "[0-9A-Za-z_-]{42}[AEIMQUYcgkosw048]";
const NAME = "[a-z][a-z0-9_]{0,63}";
const ORIGIN = "[0-9A-Za-z][0-9A-Za-z._:/~-]{0,254}";
const PACK = "[a-z0-9-]{1,64}@[0-9A-Za-z.]{1,64}";
const STREAM = `(?:key/${DIGEST}|pack/${PACK}|log/${ORIGIN}|(?!key/|pack/|log/)${NAME}/${ID})`;
const HOUR = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";
const OCCURRED = `[12][0-9]{3}-[0-9]{2}-[0-9]{2}(?:T${HOUR}:[0-5][0-9](?:\\.[0-9]{1,6})?(?:Z|(?!-00:00)[+-]${HOUR}))?`;

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const NAMED: Record<string, RegExp> = {
  actor: whole(`(?:person|device)/${ID}`),
  jti: whole(ID),
  log: whole(ORIGIN),
  occ: whole(OCCURRED),
  prev: whole(`(?:${DIGEST})?`),
  role: whole(NAME),
  stream: whole(STREAM),
  type: whole(`${NAME}\\.${NAME}\\.v[1-9][0-9]{0,3}`),
};
const REQUIRED = ["actor", "iat", "jti", "log", "occ", "prev", "pub", "role", "seq", "stream", "type", "v"];
const OPTIONAL = ["_sd_alg", "sealed", "seen"];
const HEADER = whole(`\\{"alg":"Ed25519","kid":"(${DIGEST})","typ":"sgl-entry\\+sd-jwt"\\}`);
const GENESIS = "log.genesis.v1";

type Members = { [name: string]: Json };

export interface Claims extends Members {
  actor: string;
  iat: number;
  log: string;
  pub: Members;
  seq: number;
  stream: string;
  type: string;
}

export interface Signed {
  jws: Bytes;
  claims: Claims;
  sealed: Map<string, string[]>;
  kid: string;
  signature: Bytes;
  message: Bytes;
  /** base64url SHA-256 of the JWS. */
  digest: string;
}

export interface Presentation {
  signed: Signed;
  values: Map<string, Map<string, Json>>;
}

/** Parses `<recorded_at> SP <jws>`. */
export async function parseEntry(bytes: Bytes): Promise<{ recordedAt: number; signed: Signed }> {
  refuseUnless(bytes.length <= MAX_ENTRY, "entry.large");
  const found = /^(0|[1-9][0-9]{0,15}) ([^ ]+)$/.exec(text(bytes));
  refuseUnless(found !== null && !found[0].endsWith("\n"), "entry.form");
  return { recordedAt: Number(found[1]), signed: await parseJws(utf8(found[2] as string)) };
}

export async function parseJws(jws: Bytes): Promise<Signed> {
  refuseUnless(jws.length <= MAX_ENTRY, "entry.large");
  const parts = text(jws).split(".");
  refuseUnless(parts.length === 3, "jws.form");
  const [header, payload, signature] = parts as [string, string, string];
  const kid = HEADER.exec(text(unbase64url(header)))?.[1];
  refuseUnless(kid !== undefined, "jws.header");
  const claims = decodeCanonical(unbase64url(payload));
  const sealed = verifyClaims(claims);
  return {
    jws,
    claims: claims as Claims,
    sealed,
    kid,
    signature: unbase64url(signature, 64),
    message: utf8(`${header}.${payload}`),
    digest: base64url(await sha256(jws)),
  };
}

/** Holds claims to their form; returns the digests they seal, by group. */
export function verifyClaims(claims: Json): Map<string, string[]> {
  refuseUnless(isObject(claims), "claims.form");
  const known = new Set([...REQUIRED, ...OPTIONAL]);
  refuseUnless(REQUIRED.every((name) => Object.hasOwn(claims, name)), "claims.missing");
  refuseUnless(Object.keys(claims).every((name) => known.has(name)), "claims.unknown");
  for (const [name, pattern] of Object.entries(NAMED)) {
    const value = claims[name];
    refuseUnless(typeof value === "string" && pattern.test(value), `claims.${name}`);
  }
  refuseUnless(claims.v === 1, "claims.v");
  refuseUnless(isCount(claims.seq, 1, Number.MAX_SAFE_INTEGER), "claims.seq");
  refuseUnless(isCount(claims.iat, 0, MAX_SECONDS), "claims.iat");
  verifyDay(String(claims.occ));
  refuseUnless(isObject(claims.pub) && !hasReserved(claims.pub), "claims.pub");
  if (claims.seen !== undefined) verifySeen(claims.seen);
  verifyAgreement(claims);
  return verifySealed(claims);
}

function isCount(value: Json | undefined, least: number, most: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most;
}

function verifyDay(occ: string): void {
  const day = occ.slice(0, 10);
  const made = new Date(`${day}T00:00:00Z`);
  refuseUnless(!Number.isNaN(made.getTime()) && made.toISOString().startsWith(day), "claims.occ");
}

function verifySeen(seen: Json): void {
  refuseUnless(isObject(seen) && Object.keys(seen).sort().join() === "root,size", "claims.seen");
  refuseUnless(typeof seen.root === "string" && whole(DIGEST).test(seen.root), "claims.seen");
  refuseUnless(isCount(seen.size, 0, Number.MAX_SAFE_INTEGER), "claims.seen");
}

function verifyAgreement(claims: Members): void {
  // SPEC: stream prefix = aggregate name = first segment of the type; log/<origin> is of this log.
  const [aggregate, ...rest] = String(claims.stream).split("/");
  const own = aggregate !== "log" || rest.join("/") === claims.log;
  refuseUnless(String(claims.type).split(".")[0] === aggregate && own, "claims.stream");
  const genesis = claims.type === GENESIS;
  refuseUnless(!genesis || claims.seq === 1, "claims.seq");
  refuseUnless(genesis === (claims.prev === ""), "claims.prev");
}

function verifySealed(claims: Members): Map<string, string[]> {
  refuseUnless((claims.sealed === undefined) === (claims._sd_alg === undefined), "claims._sd_alg");
  const groups = new Map<string, string[]>();
  if (claims.sealed === undefined) return groups;
  refuseUnless(claims._sd_alg === "sha-256" && isObject(claims.sealed), "claims._sd_alg");
  const every: string[] = [];
  for (const [group, made] of Object.entries(claims.sealed)) {
    refuseUnless(whole(NAME).test(group) && isObject(made) && Object.keys(made).join() === "_sd", "claims.sealed");
    const digests = made._sd as string[];
    refuseUnless(Array.isArray(digests) && digests.length > 0, "claims.sealed");
    refuseUnless(digests.every((each) => typeof each === "string" && whole(DIGEST).test(each)), "claims.sealed");
    refuseUnless([...digests].sort().join() === digests.join(), "claims.sealed");
    groups.set(group, digests);
    every.push(...digests);
  }
  refuseUnless(groups.size > 0 && new Set(every).size === every.length, "claims.sealed");
  return groups;
}

function hasReserved(value: Json): boolean {
  if (Array.isArray(value)) return value.some(hasReserved);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, held]) => name === "_sd" || name === "..." || hasReserved(held));
}

/** Parses `<JWS>~<disclosure>~...~` and matches each disclosure to a digest. */
export async function parsePresentation(bytes: Bytes): Promise<Presentation> {
  const [jws, ...texts] = text(bytes).split("~");
  refuseUnless(jws !== undefined && texts.pop() === "", "presentation.form");
  const signed = await parseJws(utf8(jws));
  return { signed, values: await matchDisclosures(signed.sealed, texts) };
}

/** Returns the values that disclosures open, by group; each must match a digest, none twice. */
export async function matchDisclosures(sealed: Map<string, string[]>, texts: string[]): Promise<Map<string, Map<string, Json>>> {
  const groupOf = new Map<string, string>();
  for (const [group, digests] of sealed) for (const digest of digests) groupOf.set(digest, group);
  const values = new Map<string, Map<string, Json>>();
  for (const spelt of texts) {
    const [, name, value] = parseDisclosure(spelt);
    const digest = base64url(await sha256(utf8(spelt)));
    const group = groupOf.get(digest);
    refuseUnless(group !== undefined, "disclosure.unreferenced"); // or given twice
    groupOf.delete(digest);
    const opened = values.get(group) ?? new Map<string, Json>();
    refuseUnless(!opened.has(name), "disclosure.repeated_field");
    values.set(group, opened.set(name, value));
  }
  return values;
}

function parseDisclosure(spelt: string): [string, string, Json] {
  const parts = decodeCanonical(unbase64url(spelt));
  refuseUnless(Array.isArray(parts) && parts.length === 3, "disclosure.form");
  const [salt, name, value] = parts as [Json, Json, Json];
  refuseUnless(typeof salt === "string" && typeof name === "string" && whole(NAME).test(name), "disclosure.form");
  unbase64url(salt, 16);
  refuseUnless(!hasReserved(value), "disclosure.reserved");
  return [salt, name, value];
}

/** Returns the raw public key of a JWK, once it is the one that `kid` names (RFC 7638). */
export async function keyOf(jwk: Json | undefined, kid: string): Promise<Bytes> {
  refuseUnless(isObject(jwk) && typeof jwk.x === "string", "key.form");
  const thumbprint = base64url(await sha256(utf8(`{"crv":"Ed25519","kty":"OKP","x":"${jwk.x}"}`)));
  refuseUnless(thumbprint === kid, "key.other");
  return unbase64url(jwk.x, 32);
}

export async function verifySigned(signed: Signed, key: Bytes): Promise<void> {
  await verifySignature(key, signed.signature, signed.message);
}

export async function leafHash(entry: Bytes): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(0), entry));
}
