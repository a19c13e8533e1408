import type { Socket } from "node:net";
import { Failure } from "../../failure.ts";
import type { MachineConsole, Unsubscribe } from "../machine.ts";
import { HistoryRing, historyBytes } from "./historyRing.ts";
import { TerminalAnswers } from "./terminalAnswers.ts";

const mostUnread = 64 * 1024;

/** What was said before this process connected: the end of it, and how many bytes came before that. */
export interface EarlierOutput {
  readonly bytes: Uint8Array;
  readonly dropped: number;
}

/**
 * The serial line on the guard's socket. Nothing is queued here: while paused, the socket is not read, so the guard
 * stops reading from QEMU, and the guest waits for its UART.
 */
export class SerialConsole implements MachineConsole {
  readonly #socket: Socket;
  readonly #ring: HistoryRing;
  readonly #answers = new TerminalAnswers();
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  readonly #closed: Promise<void>;
  #terminals = 0;
  #pauses = 0;

  constructor(socket: Socket, earlier: EarlierOutput = { bytes: new Uint8Array(), dropped: 0 }) {
    this.#socket = socket;
    this.#ring = new HistoryRing(historyBytes, earlier.dropped);
    this.#ring.push(earlier.bytes);
    this.#closed = new Promise(resolve => socket.once("close", () => resolve()));
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes: Buffer) => this.#take(bytes));
  }

  history(): { readonly bytes: Uint8Array; readonly dropped: number } {
    return { bytes: this.#ring.read(), dropped: this.#ring.dropped };
  }

  /** The last `count` bytes. */
  tail(count: number): Uint8Array {
    return this.#ring.read(count);
  }

  onData(listener: (bytes: Uint8Array) => void): Unsubscribe {
    // A listener of its own for each call, so that one function may listen twice.
    const own = (bytes: Uint8Array): void => listener(bytes);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const ended = new Failure("machine-ended", "The machine has ended; nothing can be typed any more.");
      if (!this.#socket.writable) reject(ended);
      else this.#socket.write(bytes, error => (error ? reject(ended) : resolve()));
    });
  }

  pause(): void {
    this.#pauses += 1;
    this.#socket.pause();
  }

  resume(): void {
    this.#pauses = Math.max(0, this.#pauses - 1);
    if (this.#pauses === 0) this.#socket.resume();
  }

  attachTerminal(): Unsubscribe {
    this.#terminals += 1;
    let attached = true;
    return () => {
      if (attached) this.#terminals -= 1;
      attached = false;
    };
  }

  /** Resolves when QEMU has closed the line and every byte of it was read, or after `ms`. */
  async drained(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => (timer = setTimeout(resolve, ms)));
    await Promise.race([this.#closed, late]);
    clearTimeout(timer);
    // Whoever still holds it paused may read the rest later, but nothing waits for that.
    this.#socket.unref();
  }

  /** Lets go of the line; QEMU keeps running. */
  async close(): Promise<void> {
    this.#socket.destroy();
    await this.#closed;
  }

  #take(bytes: Uint8Array): void {
    this.#ring.push(bytes);
    const answer = this.#answers.push(bytes);
    for (const listener of this.#listeners) listener(bytes);
    // A guest that asks and asks without reading the answers must not fill our memory with them.
    if (answer === "" || this.#terminals > 0 || this.#socket.writableLength > mostUnread) return;
    // A machine that ended waits for no answer.
    this.write(Buffer.from(answer)).catch(() => undefined);
  }
}
