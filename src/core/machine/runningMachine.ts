import { join } from "node:path";
import { Failure } from "../failure.ts";
import type { SerialConsole } from "./console/serialConsole.ts";
import { consoleTail, tailBytes } from "./consoleTail.ts";
import type { GuardEnd, GuardLink } from "./guardLink.ts";
import type { Machine, MachineSpec, MachineState, Unsubscribe } from "./machine.ts";
import type { Monitor } from "./monitor.ts";
import type { MonitorEvent } from "./monitorMessages.ts";
import { panicAdvice } from "./panicAdvice.ts";
import { qemuFailure, qemuMessage } from "./qemuFailure.ts";
import { machineId } from "./runtimeFolder.ts";
import { takePicture } from "./screenshot.ts";
import { StateKeeper } from "./stateKeeper.ts";
import { untilReady } from "./untilReady.ts";

// QEMU's last bytes are in the socket by the time it has ended; only a paused console leaves them there.
const drainMs = 500;

/** What a machine is made of, once this process holds it. */
export interface MachineParts {
  readonly folder: string;
  readonly spec: MachineSpec;
  readonly accelerator: string;
  readonly startedAt: Date;
  readonly pid: number;
  readonly link: GuardLink;
  readonly console: SerialConsole;
  /** Seconds, when a process before this one saw it become ready. */
  readonly ready?: number | undefined;
}

/** A machine that this process holds: joins its console, its monitor and its guard. */
export class RunningMachine implements Machine {
  readonly id: string;
  readonly spec: MachineSpec;
  readonly accelerator: string;
  readonly startedAt: Date;
  readonly pid: number;
  readonly console: SerialConsole;
  readonly ended: Promise<MachineState>;
  readonly #folder: string;
  readonly #link: GuardLink;
  readonly #keeper: StateKeeper;
  #monitor: Monitor | undefined;
  #panic: MachineState | undefined;
  #handedOver = false;
  #pictures = 0;
  #end: (state: MachineState) => void = () => {};

  constructor(parts: MachineParts) {
    this.id = machineId(parts.folder);
    this.spec = parts.spec;
    this.accelerator = parts.accelerator;
    this.startedAt = parts.startedAt;
    this.pid = parts.pid;
    this.console = parts.console;
    this.#folder = parts.folder;
    this.#link = parts.link;
    this.#keeper = new StateKeeper({
      pattern: parts.spec.ready,
      ready: parts.ready,
      startedAt: parts.startedAt.getTime(),
      onPanic: reason => this.#panicked(reason),
    });
    this.#keeper.heard(this.console.history().bytes);
    this.console.onData(bytes => this.#keeper.heard(bytes));
    this.ended = new Promise(resolve => (this.#end = resolve));
    void this.#link.ended.then(end => this.#finish(end));
  }

  get state(): MachineState {
    return this.#keeper.state;
  }

  /** What the monitor reports; connect it before the machine runs. */
  readonly onEvent = (event: MonitorEvent): void => this.#keeper.reported(event);

  /** Lets the guest run, unless it was adopted while paused. */
  async begin(monitor: Monitor, paused: boolean): Promise<void> {
    this.#monitor = monitor;
    // The one before us may have left it running already; then this does nothing.
    if (!paused) await monitor.execute("cont");
    this.#keeper.setPaused(paused);
  }

  onState(listener: (state: MachineState) => void): Unsubscribe {
    return this.#keeper.onState(listener);
  }

  async pause(): Promise<void> {
    await this.#control().execute("stop");
  }

  async resume(): Promise<void> {
    await this.#control().execute("cont");
  }

  async reset(): Promise<void> {
    await this.#control().execute("system_reset");
  }

  async powerButton(): Promise<void> {
    await this.#control().execute("system_powerdown");
  }

  screenshot(): Promise<Uint8Array> {
    this.#pictures += 1;
    return takePicture(this.#control(), join(this.#folder, `screen-${this.#pictures}.png`));
  }

  async stop(): Promise<void> {
    await this.#link.stop();
    await this.ended;
  }

  untilReady(options: { readonly timeoutSeconds: number; readonly signal: AbortSignal }): Promise<number> {
    return untilReady(this, () => this.#tail(), options);
  }

  async handOver(seconds: number): Promise<void> {
    this.#control().close();
    this.#keeper.stopWatching();
    // The next process gets what we do not read now from the log file.
    await this.console.close();
    this.#handedOver = true;
    await this.#link.handOver(seconds, this.#keeper.ready);
  }

  #control(): Monitor {
    if (this.#keeper.over || !this.#monitor) {
      throw new Failure("machine-ended", `${this.spec.name} has ended.`);
    }
    return this.#monitor;
  }

  // A panicked guest does nothing any more but keep a processor busy.
  #panicked(reason: string): void {
    const tail = this.#tail();
    const message = `The kernel panicked: ${reason}`;
    this.#panic = { kind: "failed", message, advice: panicAdvice(tail), tail };
    void this.#link.stop();
  }

  #tail(): string {
    return consoleTail(this.console.tail(tailBytes));
  }

  async #finish(end: GuardEnd): Promise<void> {
    if (this.#handedOver) return;
    if (end) await this.console.drained(drainMs);
    this.#monitor?.close();
    const state = this.#panic ?? endState(end, this.#tail());
    this.#keeper.end(state);
    this.#end(state);
  }
}

function endState(end: GuardEnd, consoleSaid: string): MachineState {
  if (end?.asked || (end?.code === 0 && end.signal === undefined)) return { kind: "stopped" };
  const failure = end
    ? qemuFailure(end, true)
    : new Failure("guard-killed", "The process that guards the machine was killed, and the machine with it.");
  const tail = [consoleSaid, end ? qemuMessage(end.stderr) : ""].filter(Boolean).join("\n");
  return { kind: "failed", message: failure.message, advice: failure.advice, tail };
}
