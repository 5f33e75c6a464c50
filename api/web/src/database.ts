// What this device keeps in IndexedDB: things that bear a name, each kind in a database of its own.

export interface Shelf {
  database: string;
  store: string;
}

/** Does one thing with what a shelf holds; what comes of it is there once that is done. */
export function transact<T = void>({ database, store }: Shelf, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(database, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(store, { keyPath: "name" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const opened = opening.result;
      const transaction = opened.transaction(store, mode);
      const request = act(transaction.objectStore(store));
      const ended = (end: () => void) => () => {
        opened.close();
        end();
      };
      transaction.oncomplete = ended(() => resolve(request.result as T));
      transaction.onabort = ended(() => reject(transaction.error));
    };
  });
}
