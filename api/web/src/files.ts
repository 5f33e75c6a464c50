// Files chosen in a form, kept on this device with what was typed in it, and no longer: no page can
// give them back, as it does what was typed. A browser that keeps none has them chosen anew.
import { type Shelf, transact } from "./database.ts";

const FILES: Shelf = { database: "mingzhang-drafts", store: "files" };
export type Chosen = Record<string, File>;

interface Kept {
  name: string;
  files: Chosen;
}

/** Keeps the files of a draft, by the names of their fields, instead of those it had. */
export async function keepFiles(draft: string, files: Chosen): Promise<void> {
  await transact(FILES, "readwrite", (store) => (Object.keys(files).length ? store.put({ name: draft, files } satisfies Kept) : store.delete(draft))).catch(() => undefined);
}

export async function filesOf(draft: string): Promise<Chosen> {
  const kept = await transact<Kept | undefined>(FILES, "readonly", (store) => store.get(draft)).catch(() => undefined);
  return kept?.files ?? {};
}

/** Forgets the files of drafts that are kept no more. */
export async function sweepFiles(isKept: (draft: string) => boolean): Promise<void> {
  const names = await transact<IDBValidKey[]>(FILES, "readonly", (store) => store.getAllKeys()).catch(() => []);
  for (const name of names) if (!isKept(String(name))) await keepFiles(String(name), {});
}
