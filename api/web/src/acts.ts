// What script adds to acts: drafts that survive a closed page, signing on this device, one's own key.
// Forms and pages work without it; then the server signs with the key it keeps, and says so.
import { Digest } from "./digest.ts";
import { Done, Form, forget, tidy } from "./keeping.ts";
import { own } from "./orders.ts";
import { Key } from "./ownkey.ts";
import { send } from "./sending.ts";
import { Sign } from "./signing.ts";

const LONGEST_MS = 2_000;

/** Whoever signs out leaves nothing on this device: it is gone before the session is.
 *
 * A store that never answers keeps nobody signed in.
 */
function leaves(event: Event): void {
  const form = event.target as HTMLFormElement;
  const button = form.querySelector("button");
  if (form.getAttribute("action") !== "/sign-out" || !button) return;
  event.preventDefault();
  for (const open of document.querySelectorAll<Form>("mz-form")) open.rest();
  const waited = new Promise((resolve) => setTimeout(resolve, LONGEST_MS));
  void Promise.race([forget(), waited]).then(() => send(form, button));
}

if (own) {
  const viewer = own.dataset.viewer ?? "";
  tidy(viewer);
  document.addEventListener("submit", leaves, { capture: true });
  customElements.define("mz-form", Form);
  customElements.define("mz-done", Done);
  customElements.define("mz-digest", Digest);
  customElements.define("mz-sign", Sign);
  customElements.define("mz-key", Key);
}
