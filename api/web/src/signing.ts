// Signing on this device: it works out what is sealed and public in each entry, shows it, and signs that.
import { base64url, unhex } from "./bytes.ts";
import { isObject, type Json } from "./canonical.ts";
import { made, type Words, wordsOf } from "./elements.ts";
import { remembered } from "./memory.ts";
import { order, send } from "./orders.ts";
import type { Answer, DraftShown, KeyShown, Order } from "./signer.ts";
import { gone, refused, send as sendForm } from "./sending.ts";
import { fieldsOf, rowsOf } from "./spelt.ts";

type Seen = { root: string; size: number } & { [name: string]: Json };

interface Names {
  /** Public members in the order they are read, sealed ones by group and name, fields of a form. */
  order: string[];
  sealed_order: string[];
  filled_order: string[];
  /** Public members that the system puts in, folded away. */
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
export class Sign extends HTMLElement {
  private words: Words = {};
  private button: HTMLButtonElement | undefined;
  private busy = false;

  connectedCallback(): void {
    this.words = wordsOf(this);
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
    if (!answer) return this.say(gone(this));
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
    const others = [...this.querySelectorAll(".proxy [value=sign], .proxy .note")];
    if (others.some((other) => other.contains(document.activeElement))) this.button.focus();
    for (const other of others) other.remove();
    this.dataset.state = "ready";
  }

  /** One entry as the server's page shows it: what is sealed, what is public, what is folded away. */
  private section(draft: DraftShown, names: Names | undefined, occurred: string | undefined): HTMLElement {
    const section = made("section", "", "panel signs device");
    const heading = made("h2", `${names?.title[""] ?? ""} `);
    heading.append(made("span", draft.type, "code small"));
    section.append(heading);
    const values = [...draft.values].sort(by(names?.sealed_order, ([group, name]) => `${group}.${name}`));
    const sealed = values.flatMap(([group, name, value]) => spelt(names, group, name, String(value)));
    if (sealed.length) section.append(made("h3", this.words.sealed), listed(sealed, "typed"));
    const folded = new Set(names?.folded);
    const said = Object.keys(draft.pub).filter((name) => name !== "basis" && holds(draft.pub[name]));
    const plain = said.filter((name) => !folded.has(name)).sort(by(names?.order, (name) => name));
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
    if (!this.button || this.busy) return;
    this.busy = true;
    const { presentations, code } = await this.order({ op: "sign" });
    if (!presentations) return this.say(`${this.words.failed} (${code})`);
    const answer = await send("/api/v1/entries", { presentations });
    if (answer?.ok) return location.assign(this.dataset.receipt ?? "/me");
    if (answer?.status === 409) return this.again();
    this.busy = false;
    this.say(answer ? String(answer.body.detail ?? answer.status) : gone(this));
  }

  /** Has the page made anew: it shows what others did meanwhile. Where it cannot be had, she may press again. */
  private async again(): Promise<void> {
    const form = this.querySelector("form");
    if (!form) return;
    const check = made("button");
    Object.assign(check, { name: "step", value: "check", hidden: true });
    form.append(check);
    await sendForm(form, check);
    check.remove();
    this.busy = false;
  }

  private say(text: string | undefined): void {
    const before = this.button ?? this.firstElementChild;
    if (before) refused(before, text);
  }
}

/** Compares by the place of a name in an order; what the order does not name comes after, as it stood. */
function by<T>(order: string[] | undefined, name: (one: T) => string): (one: T, other: T) => number {
  const place = (one: T) => (order?.indexOf(name(one)) ?? -1) + 1 || Infinity;
  return (one, other) => {
    const [first, second] = [place(one), place(other)];
    return first === second ? 0 : first - second;
  };
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
  return [...fields].sort(by(names?.filled_order, ([field]) => field)).map(([field, one]) => {
    const said = names?.filled[field];
    return [said?.label ?? field, beside(said?.word, String(one))];
  });
}
