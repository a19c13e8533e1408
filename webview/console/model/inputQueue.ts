import { FlowControl } from "../../../src/shared/protocol/flowControl.ts";

const chunkSize = 4096;
/** A serial line takes little at a time; more on the way would only make a paste hard to stop. */
const mostOnTheWay = 16 * 1024;

/** What is typed and pasted, on its way to the machine: no faster than it is taken, in order, and stoppable. */
export class InputQueue {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #onWaiting: (bytes: number) => void;
  readonly #flow = new FlowControl({
    high: mostOnTheWay - chunkSize,
    low: chunkSize,
    pause: () => undefined,
    resume: () => this.#pump(),
  });
  #waiting: Uint8Array[] = [];

  /** `onWaiting` hears how many bytes wait here, each time that changes. */
  constructor(send: (bytes: Uint8Array) => void, onWaiting: (bytes: number) => void) {
    this.#send = send;
    this.#onWaiting = onWaiting;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += chunkSize) this.#waiting.push(bytes.slice(at, at + chunkSize));
    this.#pump();
  }

  /** The machine took `count` bytes. */
  taken(count: number): void {
    this.#flow.acknowledged(count);
  }

  /** Forgets what was not sent yet. */
  drop(): void {
    this.#waiting = [];
    this.#onWaiting(0);
  }

  /** Another machine, or a host that knows nothing of what was sent. */
  restart(): void {
    this.drop();
    this.#flow.reset();
  }

  #pump(): void {
    while (!this.#flow.paused) {
      const chunk = this.#waiting.shift();
      if (!chunk) break;
      this.#flow.sent(chunk.length);
      this.#send(chunk);
    }
    this.#onWaiting(this.#waiting.reduce((sum, chunk) => sum + chunk.length, 0));
  }
}
