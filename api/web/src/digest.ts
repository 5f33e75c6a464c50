// A field for the digest of a file: worked out of the file in hand.
import { made } from "./elements.ts";
import { order } from "./orders.ts";

/** Beside a field for a digest: takes the file in hand and works it out here; nothing is sent. */
export class Digest extends HTMLElement {
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
