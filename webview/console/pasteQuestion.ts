import type { Terminal } from "@xterm/xterm";
import { element } from "../common/element.ts";
import { actionRow } from "../common/emptyState.ts";
import { icon } from "../common/icons.ts";

/** Asks before several lines are pasted into a guest that would run each of them at once. */
export class PasteQuestion {
  readonly element = element("div", {
    class: "paste-question",
    hidden: true,
    role: "alertdialog",
    "aria-label": "Paste",
  });
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.element.addEventListener("keydown", event => {
      if (event.key === "Escape") this.#close();
    });
  }

  ask(text: string): void {
    const lines = text.trimEnd().split(/\r\n|\r|\n/);
    const answer = (pasted: string) => {
      this.#close();
      this.#terminal.paste(pasted);
    };
    const actions = actionRow([
      { label: "Paste", kind: "primary", run: () => answer(text) },
      { label: "Paste as One Line", kind: "secondary", run: () => answer(lines.join(" ")) },
      { label: "Cancel", kind: "secondary", run: () => this.#close() },
    ]);
    const first = lines[0] ?? "";
    const shown = first.length > 60 ? `${first.slice(0, 60)}…` : first;
    const words = `Paste ${lines.length} lines? The machine runs each as it arrives. The first: `;
    this.element.replaceChildren(
      element(
        "div",
        { class: "notice warning" },
        icon("warning"),
        element("span", { class: "text" }, words, element("code", {}, shown)),
        actions,
      ),
    );
    this.element.hidden = false;
    actions.querySelector<HTMLElement>("vscode-button")?.focus();
  }

  #close(): void {
    this.element.hidden = true;
    this.#terminal.focus();
  }
}
