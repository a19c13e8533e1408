import * as vscode from "vscode";
import type { Machine } from "../../core/machine/machine.ts";
import { commands } from "../ids.ts";
import type { Machines } from "../machines/machines.ts";
import type { Parts } from "./registerCommands.ts";

/** The commands on a running machine, from its tree item, the console's toolbar or the palette. */
export function machineCommands(parts: Parts): Record<string, (target: unknown) => Promise<void>> {
  const on = (act: (machine: Machine) => Promise<void>) => async (target: unknown) => {
    const machine = await machineOf(parts.machines, target);
    if (machine) await act(machine);
  };
  return {
    [commands.showConsole]: async target =>
      parts.consoleView.show(await machineOf(parts.machines, target, true)),
    [commands.stopMachine]: on(machine => machine.stop()),
    [commands.pauseMachine]: on(machine => machine.pause()),
    [commands.resumeMachine]: on(machine => machine.resume()),
    [commands.resetMachine]: on(machine => machine.reset()),
    [commands.pressPowerButton]: on(machine => machine.powerButton()),
  };
}

async function machineOf(machines: Machines, target: unknown, quiet = false): Promise<Machine | undefined> {
  const id = typeof target === "object" && target !== null && "id" in target ? target.id : undefined;
  const named = typeof id === "string" ? machines.get(id) : undefined;
  if (named) return named;
  const all = machines.all;
  if (all.length === 1) return all[0];
  if (all.length === 0) {
    if (!quiet) await vscode.window.showInformationMessage("No machine is running. Boot a recipe first.");
    return undefined;
  }
  if (quiet) return all.at(-1);
  const picks = all.map(machine => ({ label: machine.spec.name, description: machine.state.kind, machine }));
  return (await vscode.window.showQuickPick(picks, { placeHolder: "Which machine?" }))?.machine;
}
