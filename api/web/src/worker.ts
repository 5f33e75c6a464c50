// Proofs are checked in a thread of their own, so that a page stays quick while they are.
import type { Bytes } from "./bytes.ts";
import { Checker, type Reader, type Verdict } from "./check.ts";
import type { Memory } from "./memory.ts";

export interface Ask {
  id: number;
  index: number | null;
  memory: Memory;
  disclosures?: string[];
}

export interface Answer extends Verdict {
  id: number;
  ms: number;
}

const reader: Reader = {
  async bytes(path: string): Promise<Bytes> {
    return new Uint8Array(await (await read(path)).arrayBuffer());
  },
  async json(path: string): Promise<unknown> {
    return (await read(path)).json();
  },
};

async function read(path: string): Promise<Response> {
  const response = await fetch(path, { credentials: "omit" });
  if (!response.ok) throw new Error(String(response.status));
  return response;
}

let checker: Checker | undefined;
let queue: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<Ask>) => {
  // One at a time: each builds on what the one before has seen.
  queue = queue.then(async () => {
    checker ??= new Checker(reader, data.memory);
    const began = performance.now();
    const verdict = data.index === null ? await checker.log() : await checker.entry(data.index, data.disclosures);
    self.postMessage({ ...verdict, id: data.id, ms: performance.now() - began } satisfies Answer);
  });
};
