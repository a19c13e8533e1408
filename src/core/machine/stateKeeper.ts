import { PanicWatch } from "./console/panicWatch.ts";
import { ReadyWatch } from "./console/readyWatch.ts";
import type { MachineState, Unsubscribe } from "./machine.ts";
import type { MonitorEvent } from "./monitorMessages.ts";

export interface StateSources {
  /** Regular expression; absent when the machine is never more than running. */
  readonly pattern: string | undefined;
  /** Seconds, when a process before this one saw it become ready. */
  readonly ready: number | undefined;
  /** ms since 1970: QEMU's start. */
  readonly startedAt: number;
  /** Called with the kernel's reason when it panicked. */
  onPanic(reason: string): void;
}

/** Works out a machine's state from what its console says and its monitor reports. */
export class StateKeeper {
  readonly #sources: StateSources;
  readonly #listeners = new Set<(state: MachineState) => void>();
  readonly #panicWatch: PanicWatch;
  #readyWatch: ReadyWatch | undefined;
  #state: MachineState = { kind: "starting" };
  #paused = false;
  #ready: number | undefined;
  /** ms since 1970: what `ready` counts from. */
  #since: number;

  constructor(sources: StateSources) {
    this.#sources = sources;
    this.#panicWatch = new PanicWatch(sources.onPanic);
    this.#since = sources.startedAt;
    this.#ready = sources.ready;
    if (this.#ready === undefined) this.#watchForReady();
  }

  get state(): MachineState {
    return this.#state;
  }

  /** Stopped or failed: nothing changes any more. */
  get over(): boolean {
    return this.#state.kind === "stopped" || this.#state.kind === "failed";
  }

  /** Seconds, once `ready` was seen. */
  get ready(): number | undefined {
    return this.#ready;
  }

  onState(listener: (state: MachineState) => void): Unsubscribe {
    const own = (state: MachineState): void => listener(state);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** What the console says. */
  heard(bytes: Uint8Array): void {
    this.#readyWatch?.push(bytes);
    this.#panicWatch.push(bytes);
  }

  /** What the monitor reports. */
  reported({ name }: MonitorEvent): void {
    if (name === "RESET") this.#restarted();
    if (name === "STOP") this.setPaused(true);
    if (name === "RESUME") this.setPaused(false);
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#show();
  }

  /** The machine has ended. */
  end(state: MachineState): void {
    this.stopWatching();
    this.#set(state);
  }

  stopWatching(): void {
    this.#readyWatch?.stop();
    this.#panicWatch.stop();
  }

  #watchForReady(): void {
    this.#readyWatch?.stop();
    if (this.#sources.pattern === undefined) return;
    this.#readyWatch = new ReadyWatch(this.#sources.pattern, at => {
      this.#ready = Math.max(0, (at - this.#since) / 1000);
      this.#show();
    });
  }

  #restarted(): void {
    this.#panicWatch.restarted();
    this.#since = Date.now();
    this.#ready = undefined;
    this.#watchForReady();
    this.#show();
  }

  #show(): void {
    if (this.#paused) this.#set({ kind: "paused" });
    else if (this.#ready === undefined) this.#set({ kind: "running" });
    else this.#set({ kind: "ready", seconds: this.#ready });
  }

  #set(state: MachineState): void {
    if (this.over || (state.kind === this.#state.kind && state.kind !== "ready")) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
