import type { ISearchOptions } from "@xterm/addon-search";
import { iconButton, searchField } from "../common/controls.ts";
import { element } from "../common/element.ts";
import type { Store } from "./store.ts";
import type { ConsoleTerminal } from "./terminal.ts";

type Toggle = "matchCase" | "wholeWord" | "regex";

/** Finds text in the console, as VS Code's find widget does. */
export class FindBar {
  readonly element: HTMLElement;
  readonly #opened: ConsoleTerminal;
  readonly #store: Store;
  readonly #count = element("span", { class: "count", role: "status" });
  readonly #field = searchField("Find", query => {
    this.#store.keep({ query });
    this.#find("next", true);
  });

  constructor(opened: ConsoleTerminal, store: Store) {
    this.#opened = opened;
    this.#store = store;
    const next = iconButton("arrowDown", "Next match (Enter)", () => this.#find("next"));
    const previous = iconButton("arrowUp", "Previous match (Shift+Enter)", () => this.#find("previous"));
    const close = iconButton("close", "Close (Escape)", () => this.close());
    this.element = element(
      "div",
      { class: "find", role: "search", hidden: true },
      this.#field.element,
      this.#toggle("matchCase", "Aa", "Match case"),
      this.#toggle("wholeWord", "ab|", "Match whole word"),
      this.#toggle("regex", ".*", "Use regular expression"),
      this.#count,
      previous.element,
      next.element,
      close.element,
    );
    this.element.addEventListener("keydown", event => this.#onKey(event));
    opened.search.onDidChangeResults(({ resultIndex, resultCount }) =>
      this.#showCount(resultIndex, resultCount),
    );
    if (store.kept.isFinding) this.open(false);
  }

  open(takesFocus = true): void {
    this.element.hidden = false;
    const selection = this.#opened.terminal.getSelection();
    const query = selection !== "" && !selection.includes("\n") ? selection : this.#store.kept.query;
    this.#store.keep({ isFinding: true, query });
    this.#field.setValue(query);
    if (takesFocus) requestAnimationFrame(() => this.#field.focus());
    this.#find("next", true);
  }

  close(): void {
    this.element.hidden = true;
    this.#store.keep({ isFinding: false });
    this.#opened.search.clearDecorations();
    this.#opened.terminal.focus();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === "Enter") this.#find(event.shiftKey ? "previous" : "next");
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #find(direction: "next" | "previous", incremental = false): void {
    const { query } = this.#store.kept;
    const { search } = this.#opened;
    this.#count.classList.remove("none");
    if (query === "") {
      search.clearDecorations();
      this.#count.textContent = "";
      return;
    }
    if (this.#store.kept.regex && !isRegex(query)) {
      this.#showText("Not a valid expression", true);
      return;
    }
    if (direction === "next") search.findNext(query, this.#options(incremental));
    else search.findPrevious(query, this.#options(false));
  }

  #options(incremental: boolean): ISearchOptions {
    const { matchCase, wholeWord, regex } = this.#store.kept;
    const { match } = this.#opened.look();
    const border = match.border === "" ? {} : { matchBorder: match.border, activeMatchBorder: match.border };
    return {
      caseSensitive: matchCase,
      wholeWord,
      regex,
      incremental,
      decorations: {
        matchBackground: match.ground,
        activeMatchBackground: match.activeGround,
        matchOverviewRuler: match.ground,
        activeMatchColorOverviewRuler: match.activeGround,
        ...border,
      },
    };
  }

  #toggle(name: Toggle, face: string, label: string): HTMLElement {
    const button = iconButton({ text: face }, label, () => {
      this.#store.keep({ [name]: !this.#store.kept[name] });
      button.setPressed(this.#store.kept[name]);
      // The addon searches the same words anew only after it forgot them.
      this.#opened.search.clearDecorations();
      this.#find("next", true);
    });
    button.setPressed(this.#store.kept[name]);
    button.element.classList.add("lettered");
    return button.element;
  }

  #showCount(index: number, count: number): void {
    if (this.#store.kept.query === "") return;
    const total = count >= 1000 ? "1000+" : String(count);
    if (count === 0) this.#showText("No results", true);
    else this.#showText(index >= 0 ? `${index + 1} of ${total}` : `${total} found`, false);
  }

  #showText(text: string, isNone: boolean): void {
    this.#count.textContent = text;
    this.#count.classList.toggle("none", isNone);
  }
}

function isRegex(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
