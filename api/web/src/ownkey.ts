// One's own key: made on this device, enrolled, dropped.
import { made, type Words, wordsOf } from "./elements.ts";
import { order, send } from "./orders.ts";
import type { Answer, KeyShown, Order } from "./signer.ts";

/** Makes a key on this device and has it enrolled: by its holder's kept key, or by a registrar. */
export class Key extends HTMLElement {
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
