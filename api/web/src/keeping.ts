// What is typed and chosen in a form is kept on this device until it is recorded, three days at most.
import { made } from "./elements.ts";
import { type Chosen, filesOf, keepFiles, sweepFiles } from "./files.ts";

const DRAFT = "mz:draft:";
const DAYS_KEPT = 3;
/** What stands for a draft no longer kept, until its form is opened and says so. */
const EXPIRED = "";

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

/** Forgets drafts, and the files of all that are not kept. */
export async function forget(unless: (key: string) => boolean = () => false): Promise<void> {
  for (const key of drafts()) if (!unless(key)) localStorage.removeItem(key);
  await sweepFiles((key) => readDraft(key) !== undefined);
}

/** Forgets what somebody else than who is signed in now had typed; of what is old keeps that there was something. */
export function tidy(viewer: string): void {
  const oldest = Date.now() - DAYS_KEPT * 86_400_000;
  for (const key of drafts()) if ((readDraft(key)?.at ?? 0) <= oldest) localStorage.setItem(key, EXPIRED);
  void forget((key) => !viewer || key.startsWith(`${DRAFT}${viewer} `));
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
export class Form extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    if (document.documentElement.classList.contains("kiosk")) return;
    void this.restore();
    this.addEventListener("input", () => {
      this.rest();
      this.timer = window.setTimeout(() => this.keep(), 250);
    });
    this.addEventListener("submit", () => this.keep());
    this.addEventListener("change", (event) => {
      if (!(event.target instanceof HTMLInputElement) || !this.files().includes(event.target)) return;
      for (const field of this.files()) this.fits(field, field === event.target || field.validity.customError);
      this.keep();
      void keepFiles(this.key, this.chosen());
    });
  }

  disconnectedCallback(): void {
    this.rest();
  }

  /** Keeps nothing of what was typed until now that is not kept yet. */
  rest(): void {
    window.clearTimeout(this.timer);
  }

  /** Says at once of a file to be sent that it is too large, by itself or, where `last`, with the others: the form is not sent with it. */
  private fits(field: HTMLInputElement, last: boolean): void {
    const { largest, large, together, heavy } = this.dataset;
    const size = (each: HTMLInputElement): number => each.files?.[0]?.size ?? 0;
    const sum = this.files().reduce((sofar, each) => sofar + size(each), 0);
    const text = size(field) > Number(largest) ? large : last && size(field) && sum > Number(together) ? heavy : "";
    field.setCustomValidity(text ?? "");
    field.parentElement?.querySelector(".oversize")?.remove();
    if (!text) return;
    const said = made("p", text, "why oversize");
    said.setAttribute("role", "alert");
    field.before(said);
  }

  private get key(): string {
    return `${DRAFT}${this.dataset.actor ?? ""} ${this.dataset.place ?? ""}`;
  }

  private get jti(): string {
    return this.querySelector<HTMLInputElement>("[name=jti]")?.value ?? "";
  }

  private controls(): Control[] {
    return [...this.querySelectorAll<Control>("[name^='f.']")].filter((control) => control.type !== "hidden" && control.type !== "file");
  }

  private files(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("[type=file][name^='f.']")];
  }

  private chosen(): Chosen {
    const found: Chosen = {};
    for (const { name, files, validity } of this.files()) if (files?.[0] && !validity.customError) found[name] = files[0];
    return found;
  }

  private keep(): void {
    const fields: Record<string, string> = {};
    for (const control of this.controls()) {
      const value = valueOf(control);
      if (value) fields[control.name] = [fields[control.name], value].filter(Boolean).join(" ");
    }
    try {
      if (Object.keys({ ...fields, ...this.chosen() }).length) localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), jti: this.jti, fields } satisfies Kept));
    } catch {
      // A browser that keeps nothing loses nothing that the page itself still holds.
    }
  }

  /** Gives a form begun anew what was typed in it before, and this form the files it was sent with. */
  private async restore(): Promise<void> {
    const kept = readDraft(this.key);
    const fresh = this.dataset.fresh !== undefined;
    if (!kept) return fresh ? this.expire() : undefined;
    if (!fresh && kept.jti !== this.jti) return;
    const typed = fresh && this.retype(kept.fields);
    const chosen = this.choose(await filesOf(this.key));
    if (fresh && (typed || chosen)) this.tell();
  }

  private retype(fields: Record<string, string>): boolean {
    let restored = false;
    for (const control of this.controls()) {
      const value = fields[control.name];
      if (value === undefined || !takes(control, value)) continue;
      control.closest("details")?.setAttribute("open", "");
      restored = true;
    }
    return restored;
  }

  /** Chooses files again, but where the server has the file, or would not have it. */
  private choose(files: Chosen): boolean {
    const open = this.files().filter((field) => files[field.name] && !field.files?.length && field.getAttribute("aria-invalid") !== "true" && !this.querySelector(`[type=hidden][name="${field.name}"]`));
    for (const field of open) {
      const again = new DataTransfer();
      again.items.add(files[field.name] as File);
      field.files = again.files;
      field.closest("details")?.setAttribute("open", "");
      const lost = field.parentElement?.querySelector<HTMLElement>("[data-found]");
      if (lost) Object.assign(lost, { textContent: lost.dataset.found, className: "note" });
    }
    return open.length > 0;
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
      void forget((key) => key !== this.key);
      for (const control of this.controls()) takes(control, "");
      for (const field of this.files()) field.value = "";
      note.remove();
      this.controls()[0]?.focus();
    });
    note.append(clear);
  }
}

/** A receipt: what was recorded need not be kept on this device any more. */
export class Done extends HTMLElement {
  connectedCallback(): void {
    void forget((key) => readDraft(key)?.jti !== this.dataset.jti);
  }
}
