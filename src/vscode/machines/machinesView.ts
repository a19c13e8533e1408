import * as vscode from "vscode";
import type { Machine, MachineState } from "../../core/machine/machine.ts";
import { commands, items, views } from "../ids.ts";
import type { Machines } from "./machines.ts";

const second = 1000;

/** The Machines tree: what runs, since when, and how it ended. */
export function registerMachinesView(context: vscode.ExtensionContext, machines: Machines): void {
  const provider = new MachinesTree(machines);
  const view = vscode.window.createTreeView(views.machines, { treeDataProvider: provider });
  context.subscriptions.push(view, provider);
}

class MachinesTree implements vscode.TreeDataProvider<Machine>, vscode.Disposable {
  readonly #machines: Machines;
  readonly #changed = new vscode.EventEmitter<Machine | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  readonly #clock: NodeJS.Timeout;

  constructor(machines: Machines) {
    this.#machines = machines;
    this.#subscription = machines.onDidChange(() => this.#changed.fire(undefined));
    this.#clock = setInterval(() => {
      if (machines.all.length > 0) this.#changed.fire(undefined);
    }, 10 * second);
  }

  getTreeItem(machine: Machine): vscode.TreeItem {
    const item = new vscode.TreeItem(machine.spec.name);
    item.id = machine.id;
    item.description = describe(machine);
    item.iconPath = iconOf(machine.state);
    item.contextValue = contextOf(machine.state);
    item.tooltip = tooltipOf(machine);
    item.command = { command: commands.showConsole, title: "Show Console", arguments: [machine] };
    return item;
  }

  getChildren(parent?: Machine): Machine[] {
    return parent ? [] : [...this.#machines.all];
  }

  dispose(): void {
    clearInterval(this.#clock);
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

function describe({ state, spec, startedAt }: Machine): string {
  if (state.kind === "failed") return state.message;
  const up = Math.floor((Date.now() - startedAt.getTime()) / second);
  const uptime = up < 60 ? `${up} s` : `${Math.floor(up / 60)} min`;
  const kind = state.kind === "ready" ? `ready in ${state.seconds.toFixed(1)} s` : state.kind;
  return `${kind} · ${spec.memory} MiB · up ${uptime}`;
}

function tooltipOf({ spec, accelerator, pid, state }: Machine): string {
  const failure = state.kind === "failed" ? `\n${state.message}\n${state.advice ?? ""}\n${state.tail}` : "";
  return `${spec.name}: ${state.kind}\n${spec.memory} MiB, ${spec.cpus} CPU, ${accelerator}\nQEMU process ${pid}\nConsole log: ${spec.logFile}${failure}`;
}

function iconOf(state: MachineState): vscode.ThemeIcon {
  if (state.kind === "starting") return new vscode.ThemeIcon("loading~spin");
  if (state.kind === "paused") return new vscode.ThemeIcon("debug-pause");
  if (state.kind === "failed")
    return new vscode.ThemeIcon("error", new vscode.ThemeColor("problemsErrorIcon.foreground"));
  const colour = state.kind === "ready" ? new vscode.ThemeColor("testing.iconPassed") : undefined;
  return new vscode.ThemeIcon(state.kind === "stopped" ? "circle-slash" : "vm-running", colour);
}

function contextOf(state: MachineState): string {
  if (state.kind === "paused") return items.machinePaused;
  return state.kind === "failed" || state.kind === "stopped" ? items.machineEnded : items.machine;
}
