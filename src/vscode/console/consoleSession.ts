import type { Machine, Unsubscribe } from "../../core/machine/machine.ts";
import type { Channel } from "../../shared/protocol/channel.ts";
import {
  type consoleToHost,
  type consoleToWebview,
  plainBytes,
  type ShownConsole,
} from "../../shared/protocol/console.ts";
import { FlowControl } from "../../shared/protocol/flowControl.ts";

/**
 * One showing of one machine's console in one webview: what the machine says goes out as fast as the terminal
 * parses it, what the person types goes in as fast as QEMU takes it.
 */
export class ConsoleSession {
  readonly id: number;
  readonly machine: Machine;
  /** What the webview needs to begin. */
  readonly shown: ShownConsole;
  readonly #channel: Channel<typeof consoleToWebview, typeof consoleToHost>;
  readonly #flow: FlowControl;
  readonly #endings: Unsubscribe[];
  #said: number;

  /** @param cleared bytes from the start of the machine's output that the person does not want to see again */
  constructor(
    id: number,
    machine: Machine,
    channel: Channel<typeof consoleToWebview, typeof consoleToHost>,
    cleared: number,
  ) {
    this.id = id;
    this.machine = machine;
    this.#channel = channel;
    const { bytes, dropped } = machine.console.history();
    const hidden = Math.max(0, Math.min(bytes.length, cleared - dropped));
    const history = plainBytes(bytes.subarray(hidden));
    this.#said = dropped + bytes.length;
    // Until now no terminal was attached, so the machine itself answered what its guest asked.
    this.shown = {
      machine: machine.id,
      session: id,
      history,
      dropped: cleared > 0 ? 0 : dropped,
      answered: history.length,
    };
    const { console } = machine;
    this.#flow = new FlowControl({ pause: () => console.pause(), resume: () => console.resume() });
    this.#flow.sent(history.length);
    this.#endings = [console.attachTerminal(), console.onData(data => this.#output(data))];
  }

  /** Bytes that the machine has said so far. */
  get said(): number {
    return this.#said;
  }

  #output(data: Uint8Array): void {
    this.#said += data.length;
    this.#flow.sent(data.length);
    this.#channel.send("output", { session: this.id, bytes: plainBytes(data) });
  }

  /** The webview's terminal has parsed `count` bytes. Reports of another session are not ours. */
  parsed(session: number, count: number): void {
    if (session === this.id) this.#flow.acknowledged(count);
  }

  /** The person typed; the webview holds back more until these bytes were taken. */
  input(session: number, bytes: Uint8Array): void {
    if (session !== this.id) return;
    // A machine that ended takes nothing more; its state says so on the screen.
    void this.machine.console.write(bytes).then(
      () => this.#channel.send("inputTaken", { session, count: bytes.length }),
      () => undefined,
    );
  }

  /** Lets the machine run freely again. */
  dispose(): void {
    for (const end of this.#endings) end();
    this.#flow.reset();
  }
}
