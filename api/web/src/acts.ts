// What script adds to acts: drafts that survive a closed page, signing on this device, one's own key.
// Forms and pages work without it; then the server signs with the key it keeps, and says so.
import { Digest } from "./digest.ts";
import { Done, Form, forget, tidy } from "./keeping.ts";
import { own } from "./orders.ts";
import { Key } from "./ownkey.ts";
import { Sign } from "./signing.ts";

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
