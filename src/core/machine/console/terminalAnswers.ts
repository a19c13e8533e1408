const rows = 24;
const columns = 80;

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters.
const control = /\x1b\[([>?]?)([0-9;]*)([cnHft])|\x1bZ/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: one that the end of a chunk cut off.
const begun = /\x1b(?:\[[>?]?[0-9;]{0,20})?$/;

/**
 * Stands in for a terminal: an 80×24 VT100 that says what it is and where its cursor is. Whoever measures a terminal
 * moves the cursor far out and asks where it landed; that is all the cursor is followed for.
 */
export class TerminalAnswers {
  #rest = "";
  #row = 1;
  #column = 1;

  /** @returns what a terminal would send back for these bytes; often nothing */
  push(bytes: Uint8Array): string {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#rest === "" && !view.includes(0x1b)) return "";
    const text = this.#rest + view.toString("latin1");
    this.#rest = begun.exec(text.slice(-32))?.[0] ?? "";
    let answers = "";
    for (const [, mark = "", parameters = "", final = "c"] of text.matchAll(control)) {
      answers += this.#answer(mark, parameters, final);
    }
    return answers;
  }

  #answer(mark: string, parameters: string, final: string): string {
    const asked = `${mark}${parameters}${final}`;
    if (final === "H" || final === "f") this.#moveTo(parameters);
    if (asked === "c" || asked === "0c") return "\x1b[?1;2c";
    if (asked === ">c" || asked === ">0c") return "\x1b[>0;0;0c";
    if (asked === "5n") return "\x1b[0n";
    if (asked === "6n") return `\x1b[${this.#row};${this.#column}R`;
    if (asked === "18t") return `\x1b[8;${rows};${columns}t`;
    return "";
  }

  #moveTo(parameters: string): void {
    const [row = "", column = ""] = parameters.split(";");
    this.#row = Math.min(rows, Math.max(1, Number(row)));
    this.#column = Math.min(columns, Math.max(1, Number(column)));
  }
}
