// Everything a test, or another page, may want of the verifier.
export * from "./bytes.ts";
export * from "./canonical.ts";
export * from "./check.ts";
export * from "./draft.ts";
export * from "./ed25519.ts";
export * from "./entry.ts";
export * from "./hash.ts";
export * from "./log.ts";
