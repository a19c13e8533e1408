import { plainText } from "./plainText.ts";

// Enough for a prompt and what comes before it, little enough to search again with every chunk.
const windowLength = 8192;
// How long the console must rest before its last character counts as the end of a line that is a prompt.
const restMs = 100;

/** Looks for the text that says the system is up, however the bytes are cut into chunks. */
export class ReadyWatch {
  readonly #pattern: RegExp;
  readonly #onSeen: (at: number) => void;
  readonly #plain = plainText();
  #window = "";
  #resting: NodeJS.Timeout | undefined;
  #done = false;

  /**
   * @param pattern a regular expression; `^` and `$` are borders of lines
   * @param onSeen called once, with the time (ms since 1970) when the matching text came
   */
  constructor(pattern: string, onSeen: (at: number) => void) {
    this.#pattern = new RegExp(pattern, "m");
    this.#onSeen = onSeen;
  }

  push(bytes: Uint8Array): void {
    if (this.#done) return;
    clearTimeout(this.#resting);
    const text = this.#window + this.#plain(bytes);
    this.#window = text.slice(-windowLength);
    if (!this.#pattern.test(text)) return;
    const at = Date.now();
    // A match that one more character would undo ("# $") may just be the place where the chunk was cut.
    if (this.#pattern.test(`${text}\u0001`)) this.#finish(at);
    else this.#resting = setTimeout(() => this.#finish(at), restMs);
  }

  /** Looks no further. */
  stop(): void {
    this.#done = true;
    clearTimeout(this.#resting);
  }

  #finish(at: number): void {
    this.stop();
    this.#onSeen(at);
  }
}
