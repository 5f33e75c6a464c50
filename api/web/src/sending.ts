// Every form is sent by script, and what comes of it is put in place of its page. What cannot be sent,
// or is not taken now, is told beside the button pressed: all that was typed and chosen stays where it
// is and is sent again when asked. An act is recorded once, however often its form arrives.
import { made } from "./elements.ts";
import { put } from "./place.ts";

/** Whether what is shown came of a form, and the address is still the form's own. */
interface Shown {
  came: boolean;
}

const shown = (): Shown => ({ came: "came" in document.documentElement.dataset });

/** Says what went wrong before what was pressed. */
export function refused(before: Element, text: string | undefined): void {
  before.parentElement?.querySelector(".said")?.remove();
  const said = made("p", text, "refusal said");
  said.setAttribute("role", "alert");
  before.before(said);
}

/** Sends a form as its button would; a second press while it is under way is not a second wish. */
export async function send(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  const wrong = await (form.method === "post" ? posted : asked)(form, button).catch(() => gone(form));
  if (wrong === undefined) return;
  form.removeAttribute("aria-busy");
  refused(button, wrong);
}

/** What is said when the server cannot be reached: of a form of its own, or of any. */
export function gone(near: Element): string {
  return near.closest<HTMLElement>("[data-gone]")?.dataset.gone ?? "";
}

function filledIn(form: HTMLFormElement, { name, value }: HTMLButtonElement): FormData {
  const fields = new FormData(form);
  if (name) fields.append(name, value);
  return fields;
}

/** Leads on where the answer leads, or puts it in place; returns what is wrong if that may pass, or shows no form. */
async function posted(form: HTMLFormElement, button: HTMLButtonElement): Promise<string | undefined> {
  const answer = await fetch(form.action, { method: "POST", body: filledIn(form, button), headers: { Accept: "text/html" } });
  if (answer.redirected) return location.assign(answer.url) as undefined;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const problem = page.querySelector<HTMLElement>("[data-problem]");
  if (problem) return `${problem.textContent?.trim()} (${problem.dataset.problem})`;
  if (!page.getElementById("main")) return gone(form); // another's answer, standing before the server
  take(page);
}

async function asked(form: HTMLFormElement, button: HTMLButtonElement): Promise<undefined> {
  await fetch("/healthz", { cache: "no-store" });
  const address = new URL(form.action);
  address.search = new URLSearchParams(filledIn(form, button) as unknown as Record<string, string>).toString();
  location.assign(address.href);
}

/** The way back from what came of a form, and loading it anew, lead to the form. */
function take(page: Document): void {
  if (!(history.state as Shown | null)?.came) {
    history.replaceState({ came: false } satisfies Shown, "");
    history.pushState({ came: true } satisfies Shown, "");
  }
  document.documentElement.dataset.came = "";
  put(page);
}

/** Has all forms of this document sent so; a kiosk asks for pages in its own way. */
export function sends(): void {
  const atKiosk = (): boolean => document.documentElement.classList.contains("kiosk");
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const button = event.submitter ?? form.querySelector("button");
    if (event.defaultPrevented || !(button instanceof HTMLButtonElement) || (form.method === "get" && atKiosk())) return;
    event.preventDefault();
    void send(form, button);
  });
  addEventListener("popstate", () => {
    const wanted = history.state as Shown | null;
    if (wanted && wanted.came !== shown().came && !atKiosk()) location.reload();
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
  });
}
