import { closeSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from "node:fs";

/** How much of what a machine says its log keeps; in bytes. */
export interface LogLimits {
  /** Of the beginning, which holds the boot. */
  readonly first: number;
  /** Of the end, at least. */
  readonly last: number;
  /** Of the file. */
  readonly most: number;
}

const MiB = 1024 * 1024;
export const logLimits: LogLimits = { first: MiB, last: 8 * MiB, most: 16 * MiB };

/**
 * The log of a machine's console, as long as the machine says little all of it. A machine may talk for weeks: when the file
 * has reached its limit, what lies between its beginning and the last part of it goes, and a line says how much that was.
 */
export class CappedLog {
  readonly #file: number;
  readonly #limits: LogLimits;
  #size = 0;
  #leftOut = 0;
  #broken = false;

  /**
   * Begins a new file. What was there goes, and is never written to: it may be a link, which came with an image of
   * somebody else, to a file of the person's.
   * @throws Error when it cannot be written.
   */
  constructor(path: string, limits = logLimits) {
    this.#limits = limits;
    rmSync(path, { force: true });
    this.#file = openSync(path, "wx+", 0o644);
  }

  /** A full disk must not end the machine; the log then ends early. */
  write(bytes: Uint8Array): void {
    if (this.#broken) return;
    try {
      if (this.#size + bytes.length > this.#limits.most) this.#shorten();
      this.#put(bytes, this.#size);
    } catch {
      this.#broken = true;
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #put(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#file, bytes, done, bytes.length - done, at + done);
    }
    this.#size = at + bytes.length;
  }

  #shorten(): void {
    const { first, last } = this.#limits;
    const before = this.#leftOut === 0 ? first : first + notice(this.#leftOut).length;
    const end = Buffer.alloc(Math.min(last, Math.max(0, this.#size - before)));
    readSync(this.#file, end, 0, end.length, this.#size - end.length);
    const newLine = end.indexOf("\n");
    // A text that has no lines may begin anywhere.
    const kept = newLine < 0 || newLine > last / 2 ? end : end.subarray(newLine + 1);
    const leftOut = this.#size - before - kept.length;
    if (leftOut <= 0) return;
    this.#leftOut += leftOut;
    const said = Buffer.from(notice(this.#leftOut));
    this.#put(said, first);
    this.#put(kept, first + said.length);
    ftruncateSync(this.#file, this.#size);
  }
}

/** Always of the same length, so that it can be replaced. */
function notice(bytes: number): string {
  return `\r\n[whittle: ${String(bytes).padStart(16)} bytes are left out here]\r\n`;
}
