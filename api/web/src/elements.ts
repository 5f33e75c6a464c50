// What elements of pages are made of and told by the server.

export type Words = Record<string, string>;

export function wordsOf(element: HTMLElement, name = "words"): Words {
  return JSON.parse(element.dataset[name] ?? "{}") as Words;
}

export function made<K extends keyof HTMLElementTagNameMap>(tag: K, text = "", className = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}
