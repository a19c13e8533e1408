import * as vscode from "vscode";
import type { Machine, MachineSpec } from "../../core/machine/machine.ts";
import type { Engine } from "../engine.ts";

// A window reload takes a few seconds; a machine waits that long and a bit for its window to come back.
const reloadGrace = 20;

/** The machines of this window: started here, or taken over from the window before a reload. */
export class Machines implements vscode.Disposable {
  readonly #machines = new Map<string, Machine>();
  readonly #changed = new vscode.EventEmitter<Machine | undefined>();
  /** Fires with the machine whose state changed, or undefined when the list did. */
  readonly onDidChange = this.#changed.event;
  readonly #engine: Engine;
  readonly #memory: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;

  constructor(context: vscode.ExtensionContext, engine: Engine, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#memory = context.workspaceState;
    this.#log = log;
    context.subscriptions.push(this);
    void this.#adoptThoseOfBefore();
  }

  /** Oldest first. */
  get all(): readonly Machine[] {
    return [...this.#machines.values()];
  }

  get(id: string): Machine | undefined {
    return this.#machines.get(id);
  }

  async start(spec: MachineSpec, signal: AbortSignal): Promise<Machine> {
    const { startMachine } = await import("../../core/machine/startMachine.ts");
    this.#forgetEnded(spec.name);
    const machine = await startMachine(spec, {
      host: await this.#engine.host(),
      guard: this.#engine.guard,
      signal,
    });
    this.#watch(machine);
    return machine;
  }

  // An ended machine stays in the list, with its reason, until its recipe is booted again.
  #forgetEnded(name: string): void {
    for (const [id, { spec, state }] of this.#machines) {
      if (spec.name === name && (state.kind === "stopped" || state.kind === "failed"))
        this.#machines.delete(id);
    }
  }

  #watch(machine: Machine): void {
    this.#machines.set(machine.id, machine);
    this.#changed.fire(undefined);
    machine.onState(state => {
      this.#log.info(
        `${machine.spec.name}: ${state.kind}${state.kind === "ready" ? ` after ${state.seconds.toFixed(1)} s` : ""}`,
      );
      if (state.kind === "failed") this.#log.error(`${machine.spec.name}: ${state.message}\n${state.tail}`);
      if (state.kind === "stopped") this.#machines.delete(machine.id);
      this.#changed.fire(state.kind === "stopped" ? undefined : machine);
      void this.#remember();
    });
    void this.#remember();
  }

  async #remember(): Promise<void> {
    const running = this.all.filter(({ state }) => state.kind !== "stopped" && state.kind !== "failed");
    await this.#memory.update(
      "machines",
      running.map(({ id }) => id),
    );
  }

  async #adoptThoseOfBefore(): Promise<void> {
    const ids = this.#memory.get<readonly string[]>("machines", []);
    if (ids.length === 0) return;
    const { adoptMachine } = await import("../../core/machine/adoptMachine.ts");
    const host = await this.#engine.host();
    for (const id of ids) {
      try {
        this.#watch(await adoptMachine(id, { host, guard: this.#engine.guard }));
      } catch (error) {
        this.#log.info(
          `The machine ${id} of before is gone: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
    await this.#remember();
  }

  /** Lets go of all machines; those that no window takes over in time end by themselves. */
  async handOver(): Promise<void> {
    await Promise.allSettled(this.all.map(machine => machine.handOver(reloadGrace)));
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
