// Bytes and their spellings. Every decoder takes one spelling only: what it decodes encodes back.

/** What is not of the form the specification gives, or does not verify; `code` says which. */
export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export function refuseUnless(holds: boolean, code: string): asserts holds {
  if (!holds) throw new Refused(code);
}

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/** Decodes UTF-8, refusing what is none and a byte order mark. */
export function text(bytes: Bytes, code = "utf8"): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused(code);
  }
}

export function concat(...parts: Bytes[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function equal(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function hex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function unhex(spelt: string, length: number): Bytes {
  refuseUnless(new RegExp(`^[0-9a-f]{${2 * length}}$`).test(spelt), "hex");
  return Uint8Array.from(spelt.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** RFC 4648 section 4, with padding. */
export function base64(bytes: Bytes): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

export function unbase64(spelt: string): Bytes {
  let decoded: string;
  try {
    decoded = atob(spelt);
  } catch {
    throw new Refused("base64");
  }
  const bytes = Uint8Array.from(decoded, (character) => character.charCodeAt(0));
  refuseUnless(base64(bytes) === spelt, "base64");
  return bytes;
}

/** RFC 4648 section 5, without padding. */
export function base64url(bytes: Bytes): string {
  return base64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function unbase64url(spelt: string, length?: number): Bytes {
  refuseUnless(/^[0-9A-Za-z_-]*$/.test(spelt), "base64url");
  const padded = spelt.replace(/-/g, "+").replace(/_/g, "/") + "===".slice((spelt.length + 3) % 4);
  let bytes: Bytes;
  try {
    bytes = unbase64(padded);
  } catch {
    throw new Refused("base64url");
  }
  refuseUnless(base64url(bytes) === spelt && (length === undefined || bytes.length === length), "base64url");
  return bytes;
}

/** ASCII `0` or `[1-9][0-9]*`, as far as numbers here are exact. */
export function decimal(spelt: string): number {
  refuseUnless(/^(0|[1-9][0-9]{0,15})$/.test(spelt) && Number.isSafeInteger(Number(spelt)), "decimal");
  return Number(spelt);
}
