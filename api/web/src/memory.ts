// What this browser saw of the log, first and last; lost with the site's data, and then it sees the
// log for the first time again.
const MEMORY = "mz:seen";

/** `genesis` is the digest seen first, `size` and `root` (hex) the checkpoint verified last. */
export interface Memory {
  genesis?: string;
  size?: number;
  root?: string;
}

export function remembered(): Memory {
  try {
    return JSON.parse(localStorage.getItem(MEMORY) ?? "{}") as Memory;
  } catch {
    return {};
  }
}

export function remember(memory: Memory): void {
  try {
    localStorage.setItem(MEMORY, JSON.stringify(memory));
  } catch {
    // A browser that keeps nothing sees everything for the first time.
  }
}
