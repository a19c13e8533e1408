import type { Socket } from "node:net";
import { Failure } from "../failure.ts";
import { jsonLine, jsonLines } from "./jsonLines.ts";
import { type MonitorEvent, type MonitorMessage, readMonitorMessage } from "./monitorMessages.ts";

/** The commands that Whittle gives, with their arguments. */
export interface MonitorCommands {
  readonly qmp_capabilities: undefined;
  readonly "query-status": undefined;
  readonly stop: undefined;
  readonly cont: undefined;
  readonly system_reset: undefined;
  readonly system_powerdown: undefined;
  readonly screendump: { readonly filename: string; readonly format: "png" };
  readonly quit: undefined;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Failure): void;
}

// QEMU answers within milliseconds, unless its main loop hangs on a dead disk.
const answerWithinMs = 10_000;

/** QEMU's monitor (QMP) on a connected socket. */
export class Monitor {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onEvent: (event: MonitorEvent) => void;
  #lastId = 0;
  #greeted: () => void = () => {};
  #closed = false;

  private constructor(socket: Socket, onEvent: (event: MonitorEvent) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    const read = jsonLines(
      message => this.#take(readMonitorMessage(message)),
      () => socket.destroy(),
    );
    socket.on("data", read);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#end());
  }

  /**
   * Speaks first as QMP wants it: waits for the greeting and negotiates no capabilities.
   * @throws Failure `monitor-failed`
   */
  static async open(socket: Socket, onEvent: (event: MonitorEvent) => void): Promise<Monitor> {
    const monitor = new Monitor(socket, onEvent);
    await monitor.#answer(0, "greeting", new Promise<void>(resolve => (monitor.#greeted = resolve)));
    await monitor.execute("qmp_capabilities");
    return monitor;
  }

  /**
   * Gives a command and waits for QEMU's answer.
   * @throws Failure `monitor-failed` when QEMU refuses, does not answer within 10 s, or ends
   */
  execute(command: "qmp_capabilities" | "query-status" | "stop" | "cont" | "quit"): Promise<unknown>;
  execute(command: "system_reset" | "system_powerdown"): Promise<unknown>;
  execute(command: "screendump", args: MonitorCommands["screendump"]): Promise<unknown>;
  execute(command: keyof MonitorCommands, args?: object): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = this.#answer(id, command);
    if (!this.#closed) this.#socket.write(jsonLine({ execute: command, arguments: args, id }));
    return answer;
  }

  close(): void {
    this.#socket.destroy();
  }

  #answer(id: number, command: string, other: Promise<unknown> = new Promise(() => {})): Promise<unknown> {
    const { promise, resolve, reject } = withResolvers();
    if (this.#closed) reject(new Failure("monitor-failed", "The machine has ended."));
    this.#waiting.set(id, { resolve, reject });
    const late = setTimeout(() => {
      reject(new Failure("monitor-failed", `QEMU did not answer (${command}) within 10 s.`));
    }, answerWithinMs);
    return Promise.race([promise, other]).finally(() => {
      clearTimeout(late);
      this.#waiting.delete(id);
    });
  }

  #take(message: MonitorMessage | undefined): void {
    if (message?.type === "greeting") this.#greeted();
    else if (message?.type === "event") this.#onEvent(message.event);
    else if (message?.type === "return") this.#waiting.get(message.id)?.resolve(message.value);
    else if (message?.type === "error") {
      const failure = new Failure("monitor-failed", `QEMU refused: ${message.reason}`);
      for (const [id, each] of this.#waiting)
        if (message.id === undefined || id === message.id) each.reject(failure);
    }
  }

  #end(): void {
    this.#closed = true;
    for (const each of this.#waiting.values())
      each.reject(new Failure("monitor-failed", "The machine has ended."));
  }
}

// Promise.withResolvers() came with Node 22.
function withResolvers(): Waiting & { readonly promise: Promise<unknown> } {
  let waiting: Waiting = { resolve() {}, reject() {} };
  const promise = new Promise<unknown>((resolve, reject) => {
    waiting = { resolve, reject };
  });
  return { promise, ...waiting };
}
