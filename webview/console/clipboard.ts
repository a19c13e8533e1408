import type { Terminal } from "@xterm/xterm";
import { reportProblem } from "../common/host.ts";
import type { ConsoleHost } from "./consoleHost.ts";
import type { PasteQuestion } from "./pasteQuestion.ts";

const isMac = navigator.platform.startsWith("Mac");
const isWindows = navigator.platform.startsWith("Win");

/** Copy and paste as VS Code's own terminal has them; the clipboard is the host's, which asks for no permission. */
export class Clipboard {
  readonly #terminal: Terminal;
  readonly #host: ConsoleHost;
  readonly #question: PasteQuestion;

  constructor(terminal: Terminal, host: ConsoleHost, question: PasteQuestion) {
    this.#terminal = terminal;
    this.#host = host;
    this.#question = question;
    // The browser's own paste (a menu, the middle button) takes the same way.
    terminal.element?.addEventListener(
      "paste",
      event => {
        event.preventDefault();
        event.stopImmediatePropagation();
        this.#pasteText(event.clipboardData?.getData("text/plain") ?? "");
      },
      { capture: true },
    );
  }

  /** Copies the selection; without one, all of the console. */
  copy(): void {
    const terminal = this.#terminal;
    const hadSelection = terminal.hasSelection();
    if (!hadSelection) terminal.selectAll();
    const text = terminal.getSelection();
    if (!hadSelection) terminal.clearSelection();
    this.#host.send("copy", { text: hadSelection ? text : text.trimEnd() });
  }

  paste(): void {
    this.#host.request("clipboard", null).then(
      text => this.#pasteText(text),
      (error: unknown) => reportProblem(String(error)),
    );
  }

  /** True when the key press was meant for the clipboard and is done. */
  onKey(event: KeyboardEvent): boolean {
    if (wantsCopy(event, this.#terminal.hasSelection())) this.copy();
    else if (wantsPaste(event)) this.paste();
    else return false;
    event.preventDefault();
    return true;
  }

  #pasteText(text: string): void {
    const isSafe = this.#terminal.modes.bracketedPasteMode || !/[\r\n]./s.test(text);
    if (text !== "" && isSafe) this.#terminal.paste(text);
    else if (text !== "") this.#question.ask(text);
  }
}

function wantsCopy({ key, code, ctrlKey, shiftKey, metaKey }: KeyboardEvent, hasSelection: boolean): boolean {
  if (isMac) return metaKey && code === "KeyC";
  if (isWindows && hasSelection && ctrlKey && !shiftKey && code === "KeyC") return true;
  return ctrlKey && ((shiftKey && code === "KeyC") || (!shiftKey && key === "Insert"));
}

function wantsPaste({ key, code, ctrlKey, shiftKey, metaKey }: KeyboardEvent): boolean {
  if (isMac) return metaKey && code === "KeyV";
  return (ctrlKey && shiftKey && code === "KeyV") || (shiftKey && !ctrlKey && key === "Insert");
}
