// Canonical JSON of profile SGL-1: RFC 8785 restricted to ASCII names, integers below 2^53 in size,
// containers at most 8 deep. Bytes are accepted only if encoding them again gives the same bytes.
import { type Bytes, Refused, refuseUnless, text } from "./bytes.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const DEEPEST = 8;
// A code unit of a surrogate pair without its other half.
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export function decodeCanonical(bytes: Bytes): Json {
  const spelt = text(bytes, "canonical.utf8");
  let value: Json;
  try {
    value = JSON.parse(spelt) as Json;
  } catch {
    throw new Refused("canonical.json");
  }
  refuseUnless(encode(value, 1) === spelt, "canonical.spelling");
  return value;
}

/** Spells a value in its one form; refuses what has none. */
export function encodeCanonical(value: Json): string {
  return encode(value, 1);
}

function encode(value: Json, depth: number): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    refuseUnless(Number.isSafeInteger(value) && !Object.is(value, -0), "canonical.number");
    return String(value);
  }
  if (typeof value === "string") {
    refuseUnless(!LONE.test(value), "canonical.text");
    return JSON.stringify(value);
  }
  refuseUnless(depth <= DEEPEST, "canonical.deep");
  if (Array.isArray(value)) return `[${value.map((item) => encode(item, depth + 1)).join()}]`;
  const members = Object.keys(value).sort().map((name) => {
    refuseUnless(/^[\x00-\x7f]*$/.test(name), "canonical.name");
    return `${JSON.stringify(name)}:${encode(value[name] as Json, depth + 1)}`;
  });
  return `{${members.join()}}`;
}

export function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
