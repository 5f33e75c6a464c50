// A form of an act sent while the server cannot be reached stays where it is and says so. It is sent
// again when asked, and recorded once: it bears the act's id, however often it arrives.
import { made } from "./elements.ts";

/** Whether the answer leads on to the receipt; undefined when the server cannot be reached. */
async function leadsOn(form: HTMLFormElement, step: string): Promise<boolean | undefined> {
  try {
    if (step !== "sign") return (await fetch("/healthz", { cache: "no-store" })).redirected;
    const body = new FormData(form);
    body.append("step", step);
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    return answer.type === "opaqueredirect";
  } catch {
    return undefined;
  }
}

/** Submits a form as its button would, for an answer that is a page. */
export function submitted(form: HTMLFormElement, step: string): void {
  const hidden = made("input");
  Object.assign(hidden, { type: "hidden", name: "step", value: step });
  form.append(hidden);
  form.submit();
  hidden.remove(); // whoever comes back to this page presses another button
}

/** Says what went wrong before what was pressed. */
export function refused(before: Element, text: string | undefined): void {
  before.parentElement?.querySelector(".said")?.remove();
  const said = made("p", text, "refusal said");
  said.setAttribute("role", "alert");
  before.before(said);
}

/** Has a form sent by script; a second press of its button is not a second wish. */
export function sends(form: HTMLFormElement, gone: string | undefined, receipt = ""): void {
  let busy = false;
  const send = async (button: HTMLButtonElement): Promise<void> => {
    const on = await leadsOn(form, button.value);
    if (on) return location.assign(receipt);
    if (on === false) return submitted(form, button.value);
    busy = false;
    refused(button, gone);
  };
  form.addEventListener("submit", (event) => {
    if (!(event.submitter instanceof HTMLButtonElement)) return;
    event.preventDefault();
    if (!busy) void send(event.submitter);
    busy = true;
  });
  addEventListener("pageshow", () => (busy = false));
}
