// What script adds to acts: drafts that survive a closed page, signing on this device, one's own key.
// Forms and pages work without it; then the server signs with the key it keeps, and says so.
import { base64url, unhex } from "./bytes.ts";
import { isObject, type Json } from "./canonical.ts";
import { remembered } from "./memory.ts";
import type { Answer, Ask, DraftShown, KeyShown, Order } from "./signer.ts";
import { fieldsOf, rowsOf } from "./spelt.ts";

const own = document.querySelector<HTMLScriptElement>("script[data-signer]");
const DRAFT = "mz:draft:";
const DAYS_KEPT = 3;
/** What stands for a draft no longer kept, until its form is opened and says so. */
const EXPIRED = "";

type Seen = { root: string; size: number } & { [name: string]: Json };
type Words = Record<string, string>;

function wordsOf(element: HTMLElement, name = "words"): Words {
  return JSON.parse(element.dataset[name] ?? "{}") as Words;
}

function made<K extends keyof HTMLElementTagNameMap>(tag: K, text = "", className = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

let worker: Worker | undefined;
let asked = 0;
const waiting = new Map<number, (answer: Answer) => void>();

function order(origin: string, actor: string, wanted: Order): Promise<Answer> {
  if (!worker) {
    worker = new Worker(own?.dataset.signer ?? "", { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    };
  }
  const id = ++asked;
  worker.postMessage({ id, origin, actor, order: wanted } satisfies Ask);
  return new Promise((resolve) => waiting.set(id, resolve));
}

interface Told {
  ok: boolean;
  status: number;
  body: Record<string, unknown>;
}

/** Sends JSON; undefined when the server cannot be reached. */
async function send(path: string, body: unknown): Promise<Told | undefined> {
  try {
    const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const told = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    return { ok: response.ok, status: response.status, body: told };
  } catch {
    return undefined;
  }
}

// Drafts ------------------------------------------------------------------------------------------

interface Kept {
  at: number;
  jti: string;
  fields: Record<string, string>;
}

function drafts(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(DRAFT));
  } catch {
    return [];
  }
}

function readDraft(key: string): Kept | undefined {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "") as Kept;
  } catch {
    return undefined;
  }
}

function forget(unless: (key: string) => boolean = () => false): void {
  for (const key of drafts()) if (!unless(key)) localStorage.removeItem(key);
}

/** Forgets what somebody else than who is signed in now had typed; of what is old keeps that there was something. */
function tidy(viewer: string): void {
  forget((key) => !viewer || key.startsWith(`${DRAFT}${viewer} `));
  const oldest = Date.now() - DAYS_KEPT * 86_400_000;
  for (const key of drafts()) if ((readDraft(key)?.at ?? 0) <= oldest) localStorage.setItem(key, EXPIRED);
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function valueOf(control: Control): string {
  return control.type === "checkbox" && !(control as HTMLInputElement).checked ? "" : control.value;
}

/** Sets a control as it was kept: boxes of one name are kept as one text. Tells whether it changed. */
function takes(control: Control, value: string): boolean {
  if (control.type === "checkbox") {
    const box = control as HTMLInputElement;
    const before = box.checked;
    box.checked = value.split(" ").includes(box.value);
    return box.checked !== before;
  }
  const changed = control.value !== value;
  control.value = value;
  return changed;
}

/** A form whose fields are kept on this device until it is submitted; never at a kiosk. */
class Form extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    if (document.documentElement.classList.contains("kiosk")) return;
    if (this.dataset.fresh) this.restore();
    this.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.keep(), 250);
    });
    this.addEventListener("submit", () => this.keep());
    this.addEventListener("change", (event) => this.fits(event.target));
  }

  /** Says at once of a file to be sent that it is too large: the form is not sent with it. */
  private fits(target: EventTarget | null): void {
    if (!(target instanceof HTMLInputElement) || target.type !== "file" || !target.name) return;
    const large = (target.files?.[0]?.size ?? 0) > Number(this.dataset.largest);
    const text = large ? (this.dataset.large ?? "") : "";
    target.setCustomValidity(text);
    target.parentElement?.querySelector(".oversize")?.remove();
    if (!large) return;
    const said = made("p", text, "why oversize");
    said.setAttribute("role", "alert");
    target.before(said);
  }

  private get key(): string {
    return `${DRAFT}${this.dataset.actor ?? ""} ${this.dataset.place ?? ""}`;
  }

  private controls(): Control[] {
    return [...this.querySelectorAll<Control>("[name^='f.']")].filter((control) => control.type !== "hidden" && control.type !== "file");
  }

  private keep(): void {
    const fields: Record<string, string> = {};
    for (const control of this.controls()) {
      const value = valueOf(control);
      if (value) fields[control.name] = [fields[control.name], value].filter(Boolean).join(" ");
    }
    const jti = this.querySelector<HTMLInputElement>("[name=jti]")?.value ?? "";
    try {
      if (Object.keys(fields).length) localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), jti, fields } satisfies Kept));
    } catch {
      // A browser that keeps nothing loses nothing that the page itself still holds.
    }
  }

  private restore(): void {
    const kept = readDraft(this.key);
    if (!kept) return this.expire();
    let restored = false;
    for (const control of this.controls()) {
      const value = kept.fields[control.name];
      if (value === undefined || !takes(control, value)) continue;
      control.closest("details")?.setAttribute("open", "");
      restored = true;
    }
    if (restored) this.tell();
  }

  private expire(): void {
    if (!drafts().includes(this.key)) return;
    localStorage.removeItem(this.key);
    this.note(this.dataset.expired);
  }

  private note(text: string | undefined): HTMLElement {
    const note = made("p", "", "restored");
    note.setAttribute("role", "status");
    note.append(made("span", text));
    this.prepend(note);
    return note;
  }

  private tell(): void {
    const note = this.note(this.dataset.restored);
    const clear = made("button", this.dataset.discard, "button");
    clear.type = "button";
    clear.addEventListener("click", () => {
      localStorage.removeItem(this.key);
      for (const control of this.controls()) takes(control, "");
      note.remove();
    });
    note.append(clear);
  }
}

/** A receipt: what was recorded need not be kept on this device any more. */
class Done extends HTMLElement {
  connectedCallback(): void {
    for (const key of drafts()) if (readDraft(key)?.jti === this.dataset.jti) localStorage.removeItem(key);
  }
}

/** Beside a field for a digest: takes the file in hand and works it out here; nothing is sent. */
class Digest extends HTMLElement {
  connectedCallback(): void {
    const into = document.getElementById(this.dataset.into ?? "") as HTMLInputElement | null;
    if (!into || this.firstChild) return;
    const label = made("label", this.dataset.ask);
    const file = made("input");
    file.type = "file";
    label.append(file);
    const said = made("span");
    said.setAttribute("role", "status");
    file.addEventListener("change", () => {
      const chosen = file.files?.[0];
      if (chosen) void order("", "", { op: "digest", file: chosen }).then(({ digest }) => {
        into.value = digest ?? "";
        into.dispatchEvent(new Event("input", { bubbles: true }));
        said.textContent = `${this.dataset.done}${chosen.name}`;
      });
    });
    this.append(label, said);
  }
}

// Signing -----------------------------------------------------------------------------------------

interface Names {
  /** Public members in the order they are read; those the system puts in, folded away. */
  order: string[];
  folded: string[];
  /** Of each field of a kind's form: what it is called, and its value in words. */
  filled: Record<string, { label: string; word: string }>;
  title: Words;
  sealed: Words;
  labels: Words;
  words: Words;
}

/** The checkpoint this device verified last, as an entry states it. */
function verifiedLast(): Seen | undefined {
  const { size, root } = remembered();
  return size === undefined || root === undefined ? undefined : { root: base64url(unhex(root, 32)), size };
}

/** What is to be signed: where this device has the person's key it works out the values, and signs. */
class Sign extends HTMLElement {
  private words: Words = {};
  private button: HTMLButtonElement | undefined;

  connectedCallback(): void {
    this.words = wordsOf(this);
    for (const form of this.querySelectorAll("form")) once(form);
    void this.begin();
  }

  private order(wanted: Order): Promise<Answer> {
    return order(this.dataset.origin ?? "", this.dataset.actor ?? "", wanted);
  }

  private async begin(): Promise<void> {
    const { key } = await this.order({ op: "find" });
    const enrolled = JSON.parse(this.dataset.enrolled ?? "[]") as string[];
    if (!key || !enrolled.includes(key.kid)) return;
    const seen = verifiedLast();
    const original = this.dataset.original ? (JSON.parse(this.dataset.original) as unknown) : undefined;
    const commands = JSON.parse(this.dataset.commands ?? "[]") as unknown;
    const wish = { actor: this.dataset.actor, role: this.dataset.role, kid: key.kid, commands, seen, original };
    const answer = await send("/api/v1/prepare", wish);
    if (!answer) return this.say(this.words.gone);
    if (!answer.ok) return this.say(String(answer.body.detail ?? answer.status));
    const drafts = answer.body.drafts as { claims: never; chained: boolean; disclosures: string[]; seq: number; stream: string }[];
    const said = await this.order({ op: "open", role: this.dataset.role ?? "", seen, drafts });
    if (said.code || !said.drafts) return this.say(`${this.words.failed} (${said.code})`);
    if (this.moved(said.drafts)) return this.again();
    this.show(said.drafts, key);
  }

  private moved(drafts: DraftShown[]): boolean {
    const first = drafts.find((draft) => draft.stream === this.dataset.stream);
    return first !== undefined && first.seq !== Number(this.dataset.seq) + 1;
  }

  private show(drafts: DraftShown[], key: KeyShown): void {
    const names = JSON.parse(this.dataset.names ?? "[]") as Names[];
    for (const old of this.querySelectorAll(".signs")) old.remove();
    const note = made("p", this.words.show, "note");
    const occurred = JSON.parse(this.dataset.occurred ?? "[]") as string[];
    const sections = drafts.map((draft, number) => this.section(draft, names[number], occurred[number]));
    this.button = made("button", this.words.sign);
    this.button.addEventListener("click", () => void this.sign());
    const actions = made("p", "", "actions");
    actions.append(this.button);
    if (!key.guarded) actions.append(made("span", this.words.script, "note"));
    this.prepend(note, ...sections, actions);
    for (const other of this.querySelectorAll(".proxy [value=sign], .proxy .note")) other.remove();
    this.dataset.state = "ready";
  }

  /** One entry as the server's page shows it: what is sealed, what is public, what is folded away. */
  private section(draft: DraftShown, names: Names | undefined, occurred: string | undefined): HTMLElement {
    const section = made("section", "", "panel signs device");
    const heading = made("h2", `${names?.title[""] ?? ""} `);
    heading.append(made("span", draft.type, "code small"));
    section.append(heading);
    const sealed = draft.values.flatMap(([group, name, value]) => spelt(names, group, name, String(value)));
    if (sealed.length) section.append(made("h3", this.words.sealed), listed(sealed, "typed"));
    const folded = new Set(names?.folded);
    const said = Object.keys(draft.pub).filter((name) => name !== "basis" && holds(draft.pub[name]));
    const place = (name: string) => (names?.order.indexOf(name) ?? -1) + 1 || said.length + 1;
    const plain = said.filter((name) => !folded.has(name)).sort((one, other) => place(one) - place(other));
    const told = (name: string): [string, string] => [names?.labels[name] ?? name, beside(names?.words[name], text(draft.pub[name]))];
    section.append(made("h3", this.words.public), listed([...plain.map(told), [this.words.occurred ?? "", beside(occurred, draft.occ)]]));
    const more = said.filter((name) => folded.has(name)).map(told);
    for (const { pack, rule } of (draft.pub.basis ?? []) as { pack: string; rule: string }[]) more.push([this.words.basis ?? "", `${rule} · ${pack}`]);
    if (isObject(draft.seen)) more.push([this.words.seen ?? "", `${draft.seen.size} ${this.words.entries}`]);
    if (more.length) {
      const details = made("details");
      details.append(made("summary", this.words.more), listed(more, "digest"));
      section.append(details);
    }
    return section;
  }

  private async sign(): Promise<void> {
    if (!this.button || this.button.disabled) return;
    this.button.disabled = true;
    const { presentations, code } = await this.order({ op: "sign" });
    if (!presentations) return this.say(`${this.words.failed} (${code})`);
    const answer = await send("/api/v1/entries", { presentations });
    if (answer?.ok) return location.assign(this.dataset.receipt ?? "/me");
    if (answer?.status === 409) return this.again();
    this.button.disabled = false;
    this.say(answer ? String(answer.body.detail ?? answer.status) : this.words.gone);
  }

  /** Has the page made anew: it shows what others did meanwhile. */
  private again(): void {
    const form = this.querySelector("form");
    if (!form) return;
    const step = made("input");
    Object.assign(step, { type: "hidden", name: "step", value: "check" });
    form.append(step);
    form.submit();
  }

  private say(text: string | undefined): void {
    this.querySelector(".said")?.remove();
    const said = made("p", text, "refusal said");
    said.setAttribute("role", "alert");
    this.prepend(said);
  }
}

/** Rows of a label and a value. */
function listed(rows: [string, string][], className = ""): HTMLElement {
  const list = made("dl", "", "facts");
  for (const [label, value] of rows) {
    const row = made("div");
    row.append(made("dt", label), made("dd", value, className));
    list.append(row);
  }
  return list;
}

function holds(value: Json | undefined): boolean {
  return value !== null && value !== "" && !(Array.isArray(value) && !value.length);
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value with what it means, where the server said that, and the value itself beside it. */
function beside(word: string | undefined, raw: string): string {
  if (!word || word === raw) return raw;
  return document.documentElement.lang === "en" ? `${word} (${raw})` : `${word}（${raw}）`;
}

/** A sealed value to read: a form field by field, a table row by row, anything else as it is. */
function spelt(names: Names | undefined, group: string, name: string, value: string): [string, string][] {
  const label = names?.sealed[`${group}.${name}`] ?? name;
  const rows = name === "table" ? rowsOf(value) : undefined;
  if (rows) return [[label, rows.map((row) => row.join("　")).join("\n")]];
  const fields = name === "form" ? fieldsOf(value) : undefined;
  if (!fields) return [[label, value]];
  return fields.map(([field, one]) => {
    const said = names?.filled[field];
    return [said?.label ?? field, beside(said?.word, String(one))];
  });
}

/** A second press of a button is not a second wish. */
function once(form: HTMLFormElement): void {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => (sent = false));
}

// One's own key -----------------------------------------------------------------------------------

/** Makes a key on this device and has it enrolled: by its holder's kept key, or by a registrar. */
class Key extends HTMLElement {
  private words: Words = {};

  connectedCallback(): void {
    this.words = wordsOf(this);
    void this.order({ op: "find" }).then(({ key, code }) => (code ? this.offer() : this.stand(key ?? null)));
  }

  private order(wanted: Order): Promise<Answer> {
    return order(this.dataset.origin ?? "", this.dataset.actor ?? "", wanted);
  }

  private stand(key: KeyShown | null): void {
    if (!key) return this.offer();
    const enrolled = JSON.parse(this.dataset.enrolled ?? "[]") as string[];
    const parts: HTMLElement[] = [this.print(key)];
    if (enrolled.includes(key.kid)) parts.push(made("p", this.words.enrolled, "lay"));
    else parts.push(this.act(this.words.enrol, () => void this.enrol(key)));
    parts.push(this.act(this.words.drop, () => void this.drop(enrolled.includes(key.kid)), "button"));
    this.replaceChildren(...parts);
    this.dataset.state = enrolled.includes(key.kid) ? "enrolled" : "made";
  }

  private offer(): void {
    this.replaceChildren(made("p", this.words.none), this.act(this.words.make, () => void this.make()));
    this.dataset.state = "none";
  }

  private print(key: KeyShown): HTMLElement {
    const panel = made("div");
    panel.append(made("p", this.words.thumbprint, "meta"), made("p", spaced(key.kid), "code thumbprint"));
    panel.append(made("p", key.guarded ? this.words.guarded : this.words.script, "note"));
    return panel;
  }

  private act(text: string | undefined, run: () => void, className = ""): HTMLElement {
    const button = made("button", text, className);
    button.type = "button";
    button.addEventListener("click", run);
    const line = made("p", "", "actions");
    line.append(button);
    return line;
  }

  private async make(): Promise<void> {
    const { key, code } = await this.order({ op: "make" });
    if (key) this.stand(key);
    else this.append(made("p", `${this.words.failed} (${code})`, "refusal"));
  }

  private async drop(enrolled: boolean): Promise<void> {
    if (!window.confirm(enrolled ? this.words.sure : this.words.dropped)) return;
    await this.order({ op: "drop" });
    this.offer();
  }

  private async enrol(key: KeyShown): Promise<void> {
    const { proof } = await this.order({ op: "prove" });
    if (!proof) return;
    if (this.dataset.proxy === "1") {
      const asked = new URLSearchParams({ command: "key.enrol", role: "holder", holder: this.dataset.actor ?? "", public_key: key.x, proof, custody: "browser" });
      return location.assign(`/acts/new?${asked.toString()}`);
    }
    this.querySelector(".code-given, .refusal")?.remove();
    if ((JSON.parse(this.dataset.enrolled ?? "[]") as string[]).length) return void this.append(this.command(key, proof));
    const answer = await send("/api/v1/enrolments", { public_key: key.x, proof });
    if (!answer?.ok) {
      const said = made("p", answer ? String(answer.body.detail) : this.words.gone, "refusal");
      said.setAttribute("role", "alert");
      return this.append(said);
    }
    const given = made("div", "", "panel code-given");
    given.setAttribute("role", "status");
    given.append(made("p", this.words.tell), made("p", String(answer.body.code), "code onetime"), made("p", this.words.until, "note"));
    this.append(given);
  }

  /** What whoever has a key already runs where that key is: it enrols this one. */
  private command(key: KeyShown, proof: string): HTMLElement {
    const given = made("div", "", "panel code-given");
    given.setAttribute("role", "status");
    const line = made("pre", `mingzhang key enrol --holder ${this.dataset.actor ?? ""} --public-key ${key.x} --proof ${proof} --custody browser --as ${this.words.file}`);
    line.tabIndex = 0;
    given.append(made("p", this.words.run), line, made("p", this.words.then, "note"));
    return given;
  }
}

/** A thumbprint in groups of four, to be read aloud and compared. */
function spaced(kid: string): string {
  return kid.match(/.{1,4}/g)?.join(" ") ?? kid;
}

if (own) {
  const viewer = own.dataset.viewer ?? "";
  tidy(viewer);
  for (const form of document.querySelectorAll<HTMLFormElement>("form[action='/sign-out']")) form.addEventListener("submit", () => forget());
  customElements.define("mz-form", Form);
  customElements.define("mz-done", Done);
  customElements.define("mz-digest", Digest);
  customElements.define("mz-sign", Sign);
  customElements.define("mz-key", Key);
}
