import type { Unsubscribe } from "../../src/shared/protocol/channel.ts";
import type { MachineSummary } from "../../src/shared/protocol/console.ts";
import { loadState, storeState } from "../common/host.ts";

/** What is kept while the view is hidden, moved, or its window reloaded. */
export interface Kept {
  /** Id of the machine shown; "" = none. */
  readonly machine: string;
  /** Lines between the end of the output and what is in sight. */
  readonly fromEnd: number;
  readonly isLocked: boolean;
  readonly isFinding: boolean;
  readonly query: string;
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
  readonly regex: boolean;
}

const nothingKept: Kept = {
  machine: "",
  fromEnd: 0,
  isLocked: false,
  isFinding: false,
  query: "",
  matchCase: false,
  wholeWord: false,
  regex: false,
};

/** The state of the page: the machines, which of them is shown, and what the person set. */
export class Store {
  machines: readonly MachineSummary[] = [];
  kept: Kept = loadState(nothingKept);
  /** Bytes typed or pasted that the machine has not had room for yet. */
  waitingInput = 0;
  readonly #listeners = new Set<() => void>();

  /** The machine whose console is shown. */
  get shown(): MachineSummary | undefined {
    return this.machines.find(machine => machine.id === this.kept.machine);
  }

  onChange(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setMachines(machines: readonly MachineSummary[]): void {
    this.machines = machines;
    this.#tell();
  }

  setWaitingInput(bytes: number): void {
    if (bytes === this.waitingInput) return;
    this.waitingInput = bytes;
    this.#tell();
  }

  keep(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    storeState(this.kept);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
