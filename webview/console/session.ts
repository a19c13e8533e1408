import type { Terminal } from "@xterm/xterm";
import type { ShownConsole } from "../../src/shared/protocol/console.ts";
import { Acknowledgements } from "../../src/shared/protocol/flowControl.ts";
import type { ConsoleHost } from "./consoleHost.ts";
import { InputQueue } from "./model/inputQueue.ts";
import { endLine, isEnded, skippedLine } from "./model/machineText.ts";
import { QueryGuard } from "./queryGuard.ts";
import type { ScrollLock } from "./scrollLock.ts";
import type { Store } from "./store.ts";

// xterm parses a chunk in one go: bigger ones would hold up the page.
const chunkSize = 64 * 1024;

/** Carries bytes between the shown machine and the terminal, and acknowledges them as they are parsed. */
export class Session {
  readonly #terminal: Terminal;
  readonly #lock: ScrollLock;
  readonly #host: ConsoleHost;
  readonly #store: Store;
  readonly #guard: QueryGuard;
  readonly #input: InputQueue;
  readonly #encoder = new TextEncoder();
  #acknowledgements = new Acknowledgements(() => undefined);
  #id: number | undefined;
  #unparsed = 0;
  #isEnded = false;

  constructor(terminal: Terminal, lock: ScrollLock, host: ConsoleHost, store: Store) {
    this.#terminal = terminal;
    this.#lock = lock;
    this.#host = host;
    this.#store = store;
    this.#guard = new QueryGuard(terminal);
    this.#input = new InputQueue(
      bytes => {
        if (this.#id !== undefined) host.send("input", { session: this.#id, bytes });
      },
      waiting => store.setWaitingInput(waiting),
    );
    terminal.onData(text => this.type(this.#encoder.encode(text)));
    terminal.onBinary(text => this.type(Uint8Array.from(text, char => char.charCodeAt(0))));
    host.on("output", ({ session, bytes }) => {
      if (session === this.#id) this.#write(bytes);
    });
    host.on("skipped", ({ session, count }) => {
      if (session === this.#id) this.#say(skippedLine(count));
    });
    host.on("inputTaken", ({ session, count }) => {
      if (session === this.#id) this.#input.taken(count);
    });
    store.onChange(() => this.#sayEnd());
  }

  /** Shows a console from its beginning, or none; `done` is called when all that was said is in the terminal. */
  show(shown: ShownConsole | undefined, done: () => void): void {
    this.#id = shown?.session;
    this.#input.restart();
    this.#isEnded = false;
    this.#unparsed = 0;
    // In order after what is still on its way through the parser.
    this.#terminal.write("\x1bc");
    if (!shown) return;
    const session = shown.session;
    this.#acknowledgements = new Acknowledgements(count => this.#host.send("parsed", { session, count }));
    this.#replay(shown);
    this.#terminal.write("", done);
    this.#sayEnd();
  }

  /** Sends bytes to the machine, behind what still waits. */
  type(bytes: Uint8Array): void {
    if (this.#id === undefined || this.#isEnded) return;
    this.#input.push(bytes);
  }

  /** Stops a paste that is under way and sends Ctrl-C. */
  interrupt(): void {
    this.#input.drop();
    this.type(Uint8Array.of(3));
  }

  clear(): void {
    this.#terminal.clear();
    if (this.#id !== undefined) this.#host.send("cleared", { session: this.#id });
  }

  #replay({ history, answered, dropped }: ShownConsole): void {
    const session = this.#id;
    this.#terminal.write("", () => {
      this.#guard.isReplaying = session === this.#id;
    });
    if (dropped > 0) this.#say(skippedLine(dropped));
    this.#write(history.subarray(0, answered));
    this.#terminal.write("", () => {
      this.#guard.isReplaying = false;
    });
    this.#write(history.subarray(answered));
  }

  #write(bytes: Uint8Array): void {
    const session = this.#id;
    for (let at = 0; at < bytes.length; at += chunkSize) {
      const chunk = bytes.subarray(at, at + chunkSize);
      this.#unparsed += chunk.length;
      const hold = this.#lock.hold();
      this.#terminal.write(chunk, () => {
        hold();
        if (session !== this.#id) return;
        this.#unparsed -= chunk.length;
        this.#acknowledgements.consumed(chunk.length, this.#unparsed === 0);
      });
    }
  }

  /** Writes a line of our own. */
  #say(line: string): void {
    this.#terminal.write(line, this.#lock.hold());
  }

  #sayEnd(): void {
    const machine = this.#store.shown;
    if (!machine || this.#id === undefined || this.#isEnded || !isEnded(machine)) return;
    this.#isEnded = true;
    this.#input.drop();
    this.#say(endLine(machine));
  }
}
