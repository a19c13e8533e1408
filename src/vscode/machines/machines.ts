import { dirname } from "node:path";
import * as vscode from "vscode";
import type { Machine, MachineSpec } from "../../core/machine/machine.ts";
import { setContext } from "../contextKeys.ts";
import type { Engine } from "../engine.ts";
import { contexts } from "../ids.ts";

// A window reload takes a few seconds; a machine waits that long and a bit for its window to come back.
const reloadGrace = 20;

/** The machines of this window: started here, or taken over from the window before a reload. */
export class Machines implements vscode.Disposable {
  readonly #machines = new Map<string, Machine>();
  /** ms since 1970, of those that have ended. */
  readonly #endedAt = new Map<string, number>();
  /** Those of the window before that are not taken over yet. */
  #awaited: readonly string[];
  readonly #changed = new vscode.EventEmitter<Machine | undefined>();
  /** Fires with the machine whose state changed, or undefined when the list did. */
  readonly onDidChange = this.#changed.event;
  readonly #failed = new vscode.EventEmitter<Machine>();
  /** Fires with a machine that failed. */
  readonly onDidFail = this.#failed.event;
  readonly #engine: Engine;
  readonly #memory: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;

  constructor(context: vscode.ExtensionContext, engine: Engine, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#memory = context.workspaceState;
    this.#log = log;
    this.#awaited = this.#memory.get<readonly string[]>("machines", []);
    context.subscriptions.push(this);
    if (this.#awaited.length > 0) void this.#adoptThoseOfBefore();
  }

  /** Oldest first. An ended one stays, with what it said, until it is forgotten or its recipe is booted again. */
  get all(): readonly Machine[] {
    return [...this.#machines.values()];
  }

  /** Those that have not ended. */
  get running(): readonly Machine[] {
    return this.all.filter(machine => !hasEnded(machine));
  }

  get(id: string): Machine | undefined {
    return this.#machines.get(id);
  }

  /** How long a machine has been up, or was; ms. */
  uptime({ id, startedAt }: Machine): number {
    return (this.#endedAt.get(id) ?? Date.now()) - startedAt.getTime();
  }

  async start(spec: MachineSpec, signal: AbortSignal): Promise<Machine> {
    const { startMachine } = await import("../../core/machine/startMachine.ts");
    const host = await this.#engine.host();
    const machine = await startMachine(spec, { host, guard: this.#engine.guard, signal });
    for (const each of this.all) if (hasEnded(each) && isOfSameRecipe(each.spec, spec)) this.#drop(each);
    this.#watch(machine);
    return machine;
  }

  /** Takes an ended machine off the list. */
  forget(machine: Machine): void {
    if (!hasEnded(machine)) return;
    this.#drop(machine);
    this.#changed.fire(undefined);
  }

  #drop({ id }: Machine): void {
    this.#machines.delete(id);
    this.#endedAt.delete(id);
  }

  #watch(machine: Machine): void {
    this.#machines.set(machine.id, machine);
    machine.onState(() => this.#stateChanged(machine));
    void machine.ended.then(state => {
      this.#endedAt.set(machine.id, Date.now());
      if (state.kind === "failed") this.#failed.fire(machine);
      this.#changed.fire(machine);
    });
    this.#remember();
    this.#changed.fire(undefined);
  }

  #stateChanged(machine: Machine): void {
    const { state, spec } = machine;
    const after = state.kind === "ready" ? ` after ${state.seconds.toFixed(1)} s` : "";
    this.#log.info(`${spec.name}: ${state.kind}${after}`);
    if (state.kind === "failed") this.#log.error(`${spec.name}: ${state.message}\n${state.tail}`);
    this.#remember();
    this.#changed.fire(machine);
  }

  #remember(): void {
    const { running } = this;
    setContext(contexts.hasMachines, running.length > 0);
    const ids = [...this.#awaited, ...running.map(({ id }) => id)];
    this.#memory.update("machines", ids).then(undefined, (error: unknown) => {
      this.#log.warn(`The list of machines could not be kept: ${String(error)}`);
    });
  }

  async #adoptThoseOfBefore(): Promise<void> {
    await Promise.all(this.#awaited.map(id => this.#adopt(id)));
    this.#remember();
  }

  async #adopt(id: string): Promise<void> {
    try {
      const { adoptMachine } = await import("../../core/machine/adoptMachine.ts");
      const machine = await adoptMachine(id, { host: await this.#engine.host(), guard: this.#engine.guard });
      this.#awaited = this.#awaited.filter(each => each !== id);
      this.#watch(machine);
    } catch (error) {
      this.#awaited = this.#awaited.filter(each => each !== id);
      const why = error instanceof Error ? error.message : String(error);
      this.#log.info(`The machine ${id} of before is gone: ${why}`);
    }
  }

  /** Lets go of all machines; those that no window takes over in time end by themselves. */
  async handOver(): Promise<void> {
    await Promise.allSettled(this.running.map(machine => machine.handOver(reloadGrace)));
  }

  dispose(): void {
    this.#changed.dispose();
    this.#failed.dispose();
  }
}

export function hasEnded({ state }: Pick<Machine, "state">): boolean {
  return state.kind === "stopped" || state.kind === "failed";
}

// Recipes of one name in two folders are two recipes; images in one folder are two images.
function isOfSameRecipe(one: MachineSpec, other: MachineSpec): boolean {
  return one.name === other.name && dirname(one.logFile) === dirname(other.logFile);
}
