// What is typed in a form is kept on this device until it is recorded, three days at most.
import { made } from "./elements.ts";
import { sends } from "./sending.ts";

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

export function forget(unless: (key: string) => boolean = () => false): void {
  for (const key of drafts()) if (!unless(key)) localStorage.removeItem(key);
}

/** Forgets what somebody else than who is signed in now had typed; of what is old keeps that there was something. */
export function tidy(viewer: string): void {
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
export class Form extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    for (const form of this.querySelectorAll("form")) sends(form, this.dataset.gone);
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
      this.controls()[0]?.focus();
    });
    note.append(clear);
  }
}

/** A receipt: what was recorded need not be kept on this device any more. */
export class Done extends HTMLElement {
  connectedCallback(): void {
    for (const key of drafts()) if (readDraft(key)?.jti === this.dataset.jti) localStorage.removeItem(key);
  }
}
