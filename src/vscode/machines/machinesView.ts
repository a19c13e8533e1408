import * as vscode from "vscode";
import type { Machine, MachineState } from "../../core/machine/machine.ts";
import { commands, items, views } from "../ids.ts";
import { errorIcon, failureTooltip } from "../recipes/workLook.ts";
import { imageOf, startedFrom } from "./bootedImage.ts";
import { hasEnded, type Machines } from "./machines.ts";

const second = 1000;

/** The Machines tree: what runs, since when, and how it ended. */
export function registerMachinesView(context: vscode.ExtensionContext, machines: Machines): void {
  const provider = new MachinesTree(machines);
  const view = vscode.window.createTreeView(views.machines, { treeDataProvider: provider });
  const showCount = (): void => {
    const count = machines.running.length;
    const tooltip = count === 1 ? "1 machine is running" : `${count} machines are running`;
    view.badge = count === 0 ? undefined : { value: count, tooltip };
  };
  context.subscriptions.push(
    view,
    provider,
    machines.onDidChange(showCount),
    view.onDidChangeVisibility(({ visible }) => provider.setVisible(visible)),
  );
  provider.setVisible(view.visible);
  showCount();
}

class MachinesTree implements vscode.TreeDataProvider<Machine>, vscode.Disposable {
  readonly #machines: Machines;
  readonly #changed = new vscode.EventEmitter<Machine | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  /** What each row says, to repaint only those whose uptime reads differently. */
  readonly #described = new Map<string, string>();
  #isVisible = false;
  #clock: NodeJS.Timeout | undefined;

  constructor(machines: Machines) {
    this.#machines = machines;
    this.#subscription = machines.onDidChange(() => {
      this.#changed.fire(undefined);
      this.#setClock();
    });
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#setClock();
  }

  // It ticks only while somebody can see it.
  #setClock(): void {
    const isNeeded = this.#isVisible && this.#machines.running.length > 0;
    if (isNeeded) this.#clock ??= setInterval(() => this.#tick(), second);
    else {
      clearInterval(this.#clock);
      this.#clock = undefined;
    }
  }

  #tick(): void {
    for (const machine of this.#machines.running) {
      if (this.#described.get(machine.id) !== this.#describe(machine)) this.#changed.fire(machine);
    }
  }

  getTreeItem(machine: Machine): vscode.TreeItem {
    const item = new vscode.TreeItem(machine.spec.name);
    item.id = machine.id;
    item.description = this.#describe(machine);
    item.iconPath = iconOf(machine.state);
    item.contextValue = contextOf(machine.state);
    item.tooltip = tooltipOf(machine);
    item.command = { command: commands.showConsole, title: "Show Console", arguments: [machine] };
    this.#described.set(machine.id, item.description);
    return item;
  }

  #describe(machine: Machine): string {
    const { state, spec } = machine;
    if (state.kind === "failed") return state.message.split("\n", 1)[0] ?? "failed";
    const time = uptimeText(this.#machines.uptime(machine));
    if (state.kind === "stopped") return `stopped · ran ${time}`;
    const kind = state.kind === "ready" ? `ready in ${state.seconds.toFixed(1)} s` : state.kind;
    return `${kind} · ${startedFrom(spec)} · up ${time} · ${spec.memory} MiB`;
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

function uptimeText(ms: number): string {
  const seconds = Math.floor(ms / second);
  // A second hand would only distract.
  if (seconds < 60) return `${seconds < 10 ? seconds : seconds - (seconds % 10)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function tooltipOf(machine: Machine): string | vscode.MarkdownString {
  const { spec, accelerator, pid, state } = machine;
  if (state.kind === "failed") return failureTooltip(state.message, state.advice, state.tail);
  const lines = [
    `${spec.name}: ${state.kind}`,
    `${spec.memory} MiB, ${spec.cpus} CPU, ${accelerator}`,
    `Started from ${imageOf(spec)} (${startedFrom(spec)})`,
    ...(hasEnded(machine) ? [] : [`QEMU process ${pid}`]),
    ...spec.forward.map(ports => `127.0.0.1:${ports.replace(":", " leads to the machine's port ")}`),
    `Console log: ${spec.logFile}`,
  ];
  return lines.join("\n");
}

function iconOf(state: MachineState): vscode.ThemeIcon {
  if (state.kind === "starting") return new vscode.ThemeIcon("loading~spin");
  if (state.kind === "paused") return new vscode.ThemeIcon("debug-pause");
  if (state.kind === "failed") return errorIcon;
  const colour = state.kind === "ready" ? new vscode.ThemeColor("testing.iconPassed") : undefined;
  return new vscode.ThemeIcon(state.kind === "stopped" ? "circle-slash" : "vm-running", colour);
}

function contextOf(state: MachineState): string {
  if (state.kind === "paused") return items.machinePaused;
  return state.kind === "failed" || state.kind === "stopped" ? items.machineEnded : items.machine;
}
