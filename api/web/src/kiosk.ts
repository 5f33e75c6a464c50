// A kiosk: pages change without leaving the document, so that the last ones seen stay readable when
// the server is away; left alone it goes home and forgets. Nothing personal is kept: pages reached by
// a receipt's number or after signing in are not stored, and one that shows what is posted says until
// when it may be: nothing says to a kiosk that is cut off that something was taken down.

import { put } from "./place.ts";

const KEPT = "mz:page:";
const MOST_KEPT = 60;
const PATIENCE_MS = 6000;
const AHEAD_MS = 3000;
const REFRESH_MS = 60_000;
const PRIVATE = ["/progress?", "/me", "/sign-in", "/sign-out", "/acts", "/manner"];

interface Saved {
  at: number;
  text: string;
  until?: number;
}

const isOver = (kept: Saved): boolean => kept.until !== undefined && kept.until <= Date.now();

/** The moment from which on a page is kept no more, in Unix milliseconds, if it says one. */
function keptUntil(text: string): number | undefined {
  const said = /<main[^>]* data-keep-until="(\d+)"/.exec(text);
  return said ? Number(said[1]) : undefined;
}

/** What a page says of itself: its text as served, and the time its data are of. */
function key(address: string): string {
  return `${KEPT}${document.documentElement.lang}:${address}`;
}

function save(address: string, text: string): void {
  if (PRIVATE.some((prefix) => address.startsWith(prefix))) return;
  const kept: Saved = { at: Date.now(), text, until: keptUntil(text) };
  if (isOver(kept)) return localStorage.removeItem(key(address));
  const value = JSON.stringify(kept);
  for (let tries = 0; tries < 3; tries++) {
    try {
      localStorage.setItem(key(address), value);
      prune(MOST_KEPT);
      return;
    } catch {
      prune(MOST_KEPT / 2); // no room: the oldest go
    }
  }
}

/** What was kept under a name; what may be kept no more, or cannot be read, is removed. */
function read(name: string): Saved | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? "") as Saved;
    if (!isOver(kept)) return kept;
  } catch {
    // nothing, or nothing of ours
  }
  localStorage.removeItem(name);
  return undefined;
}

const saved = (address: string): Saved | undefined => read(key(address));

function prune(most: number): void {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(KEPT));
  const ages = names.flatMap((name) => {
    const kept = read(name);
    return kept ? [[name, kept.at] as const] : [];
  });
  ages.sort((one, other) => one[1] - other[1]);
  for (const [name] of ages.slice(0, Math.max(0, ages.length - most))) localStorage.removeItem(name);
}

/** A request given up after a while; AbortSignal.timeout is younger than the browsers of kiosks. */
async function patiently(address: string): Promise<Response> {
  const patience = new AbortController();
  const timer = window.setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    return await fetch(address, { headers: { Accept: "text/html" }, signal: patience.signal });
  } finally {
    window.clearTimeout(timer);
  }
}

/** What was made for somebody signed in is nobody else's to read later; the server says so. */
function forAnybody(response: Response): boolean {
  return !/private|no-store/.test(response.headers.get("Cache-Control") ?? "");
}

async function fetched(address: string): Promise<string> {
  const response = await patiently(address);
  if (response.status >= 502) throw new Error("away");
  const text = await response.text();
  if (response.ok && forAnybody(response)) save(address, text);
  return text;
}

function addressOf(url: string): string {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}

/** Takes links and forms, shows what they lead to, and what was kept of it when the server is away. */
export class Kiosk extends HTMLElement {
  private timers: number[] = [];
  private readonly clicked = (event: Event): void => this.taken(event as MouseEvent);
  private readonly submitted = (event: Event): void => this.sent(event as SubmitEvent);
  private readonly popped = (): void => void this.go(addressOf(location.href), false);

  connectedCallback(): void {
    document.addEventListener("click", this.clicked);
    document.addEventListener("submit", this.submitted);
    addEventListener("popstate", this.popped);
    const here = addressOf(location.href);
    const came = "came" in document.documentElement.dataset; // of a form: it may hold what was typed
    if (!came && !("hers" in this.dataset) && !document.querySelector(".away")) save(here, `<!doctype html>${document.documentElement.outerHTML}`);
    this.timers.push(window.setTimeout(() => void this.ahead(), AHEAD_MS));
    this.timers.push(window.setInterval(() => prune(MOST_KEPT), REFRESH_MS));
    const again = location.pathname === "/kiosk" || document.querySelector(".away");
    if (again) this.timers.push(window.setInterval(() => void this.go(here, false), REFRESH_MS));
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.clicked);
    document.removeEventListener("submit", this.submitted);
    removeEventListener("popstate", this.popped);
    for (const timer of this.timers) window.clearTimeout(timer);
  }

  private taken(event: MouseEvent): void {
    const target = event.target as Element;
    const press = target.closest<HTMLButtonElement>("[data-press]");
    if (press) return this.press(event, press.value);
    if (target.closest("[data-history=back]") && history.length > 1) {
      event.preventDefault();
      history.back();
      return;
    }
    const link = target.closest<HTMLAnchorElement>("a[href]");
    if (!link || event.defaultPrevented || link.origin !== location.origin || link.hasAttribute("download")) return;
    if (link.getAttribute("href")?.startsWith("#") || link.pathname === "/manner" || "at" in link.dataset) return;
    event.preventDefault();
    void this.go(addressOf(link.href), true);
  }

  private sent(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "get") return;
    event.preventDefault();
    const query = new URLSearchParams(new FormData(form, event.submitter) as unknown as Record<string, string>);
    void this.go(`${new URL(form.action).pathname}?${query}`, true);
  }

  /** A key of the keypad on the screen. */
  private press(event: MouseEvent, value: string): void {
    const field = document.querySelector<HTMLInputElement>("#code");
    if (!field) return;
    event.preventDefault();
    field.value = value === "back" ? field.value.slice(0, -1) : field.value + value;
  }

  async go(address: string, push: boolean): Promise<void> {
    try {
      this.show(await fetched(address), address, push);
    } catch {
      const kept = saved(address);
      if (kept) this.show(kept.text, address, push);
      this.away(kept !== undefined);
    }
  }

  private show(text: string, address: string, push: boolean): void {
    const page = new DOMParser().parseFromString(text, "text/html");
    if (push && address !== addressOf(location.href)) history.pushState(null, "", address);
    for (const old of page.querySelectorAll(".away")) old.remove();
    delete document.documentElement.dataset.came;
    put(page);
  }

  /** Says that the server is away, and of when the data shown are. */
  private away(shown: boolean): void {
    const kiosk = document.querySelector<HTMLElement>("mz-kiosk");
    const said = document.createElement("p");
    said.className = "away";
    said.setAttribute("role", "status");
    const of = document.querySelector<HTMLElement>("main")?.dataset.at ?? "";
    said.textContent = shown ? `${kiosk?.dataset.away ?? ""} ${of}` : (kiosk?.dataset.nothing ?? "");
    document.querySelectorAll(".away").forEach((old) => old.remove());
    document.getElementById("main")?.before(said);
  }

  /** Fetches ahead what the page leads to, so that it can be read when the server is away. */
  private async ahead(): Promise<void> {
    const links = [...document.querySelectorAll<HTMLAnchorElement>("main a[href]:not([download])")];
    const wanted = links.filter((link) => link.origin === location.origin).map((link) => addressOf(link.href));
    for (const address of [...new Set(["/kiosk", "/residents", ...wanted])].slice(0, 30)) {
      if (!this.isConnected) return;
      if (address.startsWith("/manner") || Date.now() - (saved(address)?.at ?? 0) < 10 * REFRESH_MS) continue;
      try {
        await fetched(address);
      } catch {
        return;
      }
    }
  }
}

const IDLE_SECONDS = 60;
const ASK_SECONDS = 15;
const HOME = "mz:home";
/** Set while a session could not be ended because the server was away; the next reader is no reason to wait. */
const OWED = "mz:owed";
const AGAIN_SECONDS = 5;
const TOUCHES = ["pointerdown", "keydown", "scroll"];
/** When somebody was here last; a page that refreshes itself is no sign of anybody. */
let touchedAt = Date.now();

/** A kiosk left alone goes home and forgets what was typed and how it was wanted. */
export class Idle extends HTMLElement {
  private timer = 0;
  private ticks = 0;
  private leaving = false;
  private dialog: HTMLDialogElement | undefined;
  private readonly touch = (): void => this.touched();

  connectedCallback(): void {
    this.home();
    for (const event of TOUCHES) addEventListener(event, this.touch, { passive: true });
    this.timer = window.setInterval(() => this.tick(), 1000);
  }

  disconnectedCallback(): void {
    for (const event of TOUCHES) removeEventListener(event, this.touch);
    window.clearInterval(this.timer);
  }

  private touched(): void {
    touchedAt = Date.now();
    this.dialog?.remove();
    this.dialog = undefined;
  }

  private tick(): void {
    const home = this.home();
    if (sessionStorage.getItem(OWED)) return this.again(home);
    // At home there is nothing to forget but a session.
    if (addressOf(location.href) === home && !("hers" in this.dataset)) return;
    const idle = Math.floor((Date.now() - touchedAt) / 1000);
    if (idle < IDLE_SECONDS) return;
    const left = IDLE_SECONDS + ASK_SECONDS - idle;
    if (left > 0) this.ask(left);
    else if (!this.leaving) void this.leave(home);
  }

  /** Where this kiosk begins: the picture it was first opened at, which may name the unit it stands in. */
  private home(): string {
    const plain = this.dataset.home ?? "/kiosk";
    const kept = sessionStorage.getItem(HOME);
    if (kept) return kept;
    if (location.pathname === plain) sessionStorage.setItem(HOME, addressOf(location.href));
    return plain;
  }

  private again(home: string): void {
    this.ticks += 1;
    if (!this.leaving && this.ticks % AGAIN_SECONDS === 0) void this.leave(home);
  }

  private async leave(home: string): Promise<void> {
    this.leaving = true;
    try {
      await patiently("/healthz");
      sessionStorage.removeItem(OWED);
      location.replace(`/manner?reset=1&back=${encodeURIComponent(home)}`);
    } catch {
      this.leaving = false; // away: the first picture as it was kept
      if (sessionStorage.getItem(OWED)) return;
      sessionStorage.setItem(OWED, "1");
      document.documentElement.lang = "zh-CN";
      await document.querySelector<Kiosk>("mz-kiosk")?.go(home, true);
    }
  }

  private ask(left: number): void {
    if (!this.dialog) {
      this.dialog = document.createElement("dialog");
      this.dialog.setAttribute("role", "alertdialog");
      this.dialog.setAttribute("aria-label", this.dataset.ask ?? "");
      const words = document.createElement("p");
      const go = document.createElement("button");
      go.textContent = this.dataset.goOn ?? "";
      this.dialog.append(words, go);
      this.append(this.dialog);
      this.dialog.showModal();
      go.focus();
    }
    const words = this.dialog.querySelector("p");
    if (words) words.textContent = `${this.dataset.ask ?? ""} ${left} ${this.dataset.left ?? ""}`;
  }
}
