import { linesOf, textOf } from "../settings/treeText.ts";

/**
 * A file of lines whose fields are parted by colons, the first of which is a name: /etc/passwd and its like. Lines that
 * are not set stay byte for byte.
 */
export class ColonTable {
  readonly #before: string | undefined;
  readonly #lines: string[];
  #isChanged = false;

  constructor(text: string | undefined) {
    this.#before = text;
    this.#lines = linesOf(text);
  }

  /** The fields of every line, in the file's order. */
  rows(): string[][] {
    return this.#lines.filter(line => !/^[#+-]|^\s*$/.test(line)).map(line => line.split(":"));
  }

  /** The fields of the first line with that name, the one that counts. */
  get(name: string): string[] | undefined {
    return this.#lines.find(line => line.startsWith(`${name}:`))?.split(":");
  }

  /** Puts the line in the place of the one with its name, else at the end, yet before those that ask NIS. */
  set(fields: readonly string[]): void {
    const line = fields.join(":");
    const at = this.#lines.findIndex(each => each.startsWith(`${fields[0]}:`));
    if (this.#lines[at] === line) return;
    this.#isChanged = true;
    const nis = this.#lines.findIndex(each => each.startsWith("+"));
    if (at >= 0) this.#lines[at] = line;
    else this.#lines.splice(nis < 0 ? this.#lines.length : nis, 0, line);
  }

  /** The file's text; undefined when there is none and nothing was set. */
  text(): string | undefined {
    return this.#isChanged ? textOf(this.#lines) : this.#before;
  }
}
