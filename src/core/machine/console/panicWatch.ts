const panicLine = "Kernel panic - not syncing: ";
// As the kernel prints it: behind its time stamp, or without one at the start of a line.
const panicPattern =
  /(?:\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? |(?:^|\n)(?:<\d+>)?)Kernel panic - not syncing: ([^\r\n]*)\r?\n/;
const endPattern = /---\[ end Kernel panic[^\n]*\n$/;
const endRestMs = 300;
const restMs = 2000;
const longest = 64 * 1024;

/**
 * Recognises a kernel panic on the console. The words alone prove nothing, a person may just look at an old log: a
 * panicked kernel also falls silent after a complete line, or the machine restarts.
 */
export class PanicWatch {
  readonly #onPanic: (message: string) => void;
  /** Before the words were seen: the unfinished last line. After: everything since. */
  #text = "";
  #message: string | undefined;
  #resting: NodeJS.Timeout | undefined;

  /** @param onPanic called with what the kernel gave as the reason */
  constructor(onPanic: (message: string) => void) {
    this.#onPanic = onPanic;
  }

  push(bytes: Uint8Array): void {
    clearTimeout(this.#resting);
    this.#text += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    this.#message ??= this.#find();
    if (this.#message === undefined) return;
    if (this.#text.length > longest) this.#forget();
    else if (this.#text.endsWith("\n")) {
      this.#resting = setTimeout(() => this.#confirm(), endPattern.test(this.#text) ? endRestMs : restMs);
    }
  }

  /** The machine restarted: with `panic=` on its command line, a panicked kernel does that by itself. */
  restarted(): void {
    if (this.#message !== undefined && this.#text.endsWith("\n")) this.#confirm();
    else this.#forget();
  }

  stop(): void {
    clearTimeout(this.#resting);
  }

  #find(): string | undefined {
    const found = this.#text.includes(panicLine) ? panicPattern.exec(this.#text)?.[1] : undefined;
    if (found === undefined) this.#text = this.#text.slice(this.#text.lastIndexOf("\n") + 1).slice(-1024);
    return found;
  }

  #forget(): void {
    this.#message = undefined;
    this.#text = "";
  }

  #confirm(): void {
    const message = this.#message ?? "";
    this.#forget();
    this.stop();
    this.#onPanic(message);
  }
}
