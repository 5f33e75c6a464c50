// What script adds to pages that work without it: forms that lose nothing (sending.ts), proofs checked
// on this device, the slider without reloading, and what a kiosk needs (kiosk.ts). Texts come from the page, in the reader's language.
import { Idle, Kiosk } from "./kiosk.ts";
import { remember, remembered } from "./memory.ts";
import { sends } from "./sending.ts";
import type { Answer, Ask } from "./worker.ts";

const ICONS: Record<string, string> = {
  valid: "M4 12l6 6L20 6",
  failed: "M5 5l14 14M19 5L5 19",
  checking: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7v6l4 2",
  unable: "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17.5v.5",
};
const own = document.querySelector<HTMLScriptElement>("script[data-worker]");

let worker: Worker | undefined;
let asked = 0;
const waiting = new Map<number, (answer: Answer) => void>();

function check(index: number | null, disclosures: string[] = []): Promise<Answer> {
  worker ??= started();
  const id = ++asked;
  worker.postMessage({ id, index, memory: remembered(), disclosures } satisfies Ask);
  return new Promise((resolve) => waiting.set(id, resolve));
}

function started(): Worker {
  const made = new Worker(own?.dataset.worker ?? "", { type: "module" });
  made.onmessage = ({ data }: MessageEvent<Answer>) => {
    if (data.state !== "failed") remember(data.memory);
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  return made;
}

function icon(name: string): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const made = document.createElementNS(space, "svg");
  made.setAttribute("class", "icon");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  for (const [key, value] of Object.entries({ d: ICONS[name] ?? "", fill: "none", stroke: "currentColor", "stroke-width": "3" })) path.setAttribute(key, value);
  made.append(path);
  return made;
}

/** Returns an answer that has failed where the page shows otherwise what the entry's disclosures say. */
function compared(answer: Answer): Answer {
  if (answer.state !== "valid") return answer;
  const same = [...document.querySelectorAll<HTMLElement>("[data-disclosed]")].every((shown) => {
    const said = String(answer.values?.[shown.dataset.disclosed ?? ""] ?? "");
    const cells = [...shown.querySelectorAll("td")].map((cell) => cell.textContent);
    return cells.length ? JSON.stringify(cells) === JSON.stringify((JSON.parse(said || "[]") as string[][]).flat()) : shown.textContent?.trim() === said.trim();
  });
  return same ? answer : { ...answer, state: "failed", at: "disclosures", code: "disclosure.shown_otherwise", done: answer.done.filter((step) => step !== "disclosures") };
}

/** Returns why a check failed, by its code, or could not be made, in words. */
function why(state: string, code: string): string {
  if (state === "failed") return ` (${code})`;
  if (state !== "unable") return "";
  const { unread, unsigned } = document.querySelector<HTMLElement>("main")?.dataset ?? {};
  const reason = code === "note.unsigned" ? unsigned : unread;
  return reason ? ` (${reason})` : "";
}

/** A badge that says how its proof stands; checked once it comes into view. */
class Proof extends HTMLElement {
  private seen: IntersectionObserver | undefined;

  connectedCallback(): void {
    this.seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.seen?.disconnect();
      void this.run();
    });
    this.seen.observe(this);
  }

  disconnectedCallback(): void {
    this.seen?.disconnect();
  }

  protected index(): number | null {
    return Number(this.dataset.index);
  }

  private async run(): Promise<void> {
    this.say("checking", "");
    const answer = compared(await check(this.index(), JSON.parse(this.dataset.disclosures ?? "[]") as string[]));
    this.say(answer.state, answer.code ?? "");
    this.dataset.ms = answer.ms.toFixed(1);
    if ("open" in this.dataset) this.list(answer);
  }

  private say(state: string, code: string): void {
    const badge = this.querySelector<HTMLElement>(".badge");
    if (!badge) return;
    badge.className = `badge ${state}`;
    const words = document.createElement("span");
    words.textContent = (this.dataset[state] ?? "") + why(state, code);
    badge.replaceChildren(icon(state), words);
    this.dataset.state = state;
    this.layWords(state);
  }

  /** What the check means in lay words: "not changed" is not left standing where it found otherwise. */
  private layWords(state: string): void {
    const lay = this.querySelector<HTMLElement>(".lay");
    const instead = state === "failed" ? this.dataset.layFailed : state === "unable" ? this.dataset.layUnable : undefined;
    if (!lay || instead === undefined) return;
    lay.textContent = instead;
    lay.className = `lay ${state}`;
    if (state === "failed") lay.setAttribute("role", "alert");
  }

  private list(answer: Answer): void {
    const words = JSON.parse(this.dataset.steps ?? "{}") as Record<string, string>;
    const steps = document.createElement("ol");
    const tell = (step: string, before: string): void => {
      const line = document.createElement("li");
      line.textContent = before + (words[step] ?? step);
      if (before) line.className = "broken";
      steps.append(line);
    };
    for (const step of answer.done) tell(step, "");
    if (answer.state !== "valid" && answer.at) tell(answer.at, this.dataset[answer.state === "failed" ? "broken" : "undone"] ?? "");
    this.querySelector("ol")?.remove();
    this.append(steps);
  }
}

/** The log's own badge. */
class Log extends Proof {
  protected override index(): null {
    return null;
  }
}

/** The slider and its buttons: the same page, taken apart and put in place without reloading.
 *  What is put in place is not heard, so the step shown is said where the document stays. */
class Replay extends HTMLElement {
  private timer = 0;
  private wanted = "";
  private readonly voice = document.createElement("p");

  connectedCallback(): void {
    this.voice.className = "unseen";
    this.voice.setAttribute("role", "status");
    this.after(this.voice);
    this.addEventListener("input", (event) => {
      const range = event.target;
      if (range instanceof HTMLInputElement && range.type === "range") this.soon(range.value);
    });
    this.addEventListener("submit", (event) => {
      if ((event.target as Element).matches(".slider")) event.preventDefault();
    });
    this.addEventListener("click", (event) => {
      const at = (event.target as Element).closest<HTMLElement>("a[data-at]")?.dataset.at;
      if (at === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      void this.show(at);
    });
  }

  private soon(at: string): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.show(at), 120);
  }

  private async show(at: string): Promise<void> {
    this.wanted = at;
    const address = `${location.pathname}?${this.query(at)}`;
    try {
      const response = await fetch(address, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("mz-replay");
      if (!response.ok || !fresh || this.wanted !== at) return;
      const focused = this.focused();
      const unfolded = Array.from(this.querySelectorAll("details"), (each) => each.open);
      this.replaceChildren(...fresh.childNodes);
      if (unfolded.length === this.querySelectorAll("details").length) this.unfold(unfolded);
      history.replaceState(null, "", address);
      this.refocus(focused);
      this.voice.textContent = [".at", ".panel h2"].map((part) => this.querySelector(part)?.textContent).join(" ");
    } catch {
      location.assign(address); // the server's own page says what is wrong
    }
  }

  /** What the slider's form asks, at another step: an address names a step or a day. */
  private query(at: string): URLSearchParams {
    const query = new URLSearchParams();
    const form = this.querySelector<HTMLFormElement>("form.slider") ?? undefined;
    for (const [name, value] of new FormData(form)) query.set(name, String(value));
    query.set("at", at);
    return query;
  }

  private unfold(open: boolean[]): void {
    this.querySelectorAll("details").forEach((each, at) => {
      each.open = open[at] ?? false;
    });
  }

  private focused(): string {
    const active = document.activeElement;
    if (!active || !this.contains(active)) return "";
    return active.id ? `#${active.id}` : `.steps > :nth-child(${1 + Array.from(active.parentElement?.children ?? []).indexOf(active)})`;
  }

  private refocus(selector: string): void {
    if (!selector) return;
    const again = this.querySelector<HTMLElement>(selector);
    (again?.matches("a, input") ? again : this.querySelector<HTMLElement>("input"))?.focus();
  }
}

if (own) {
  sends();
  customElements.define("mz-proof", Proof);
  customElements.define("mz-log", Log);
  customElements.define("mz-replay", Replay);
  customElements.define("mz-idle", Idle);
  customElements.define("mz-kiosk", Kiosk);
}
