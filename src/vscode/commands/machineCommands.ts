import * as vscode from "vscode";
import type { Machine } from "../../core/machine/machine.ts";
import { commands } from "../ids.ts";
import { hasEnded, type Machines } from "../machines/machines.ts";
import type { Parts } from "./registerCommands.ts";
import { machineId } from "./targets.ts";

type Test = (machine: Machine) => boolean;

const isAlive: Test = machine => !hasEnded(machine);
const isPaused: Test = ({ state }) => state.kind === "paused";
const goesOn: Test = machine => isAlive(machine) && !isPaused(machine);

/** The commands on machines, from a tree item or the palette. */
export function machineCommands(parts: Parts): Record<string, (target: unknown) => Promise<void>> {
  const { machines, consoleView } = parts;
  const on = (fits: Test, none: string, act: (machine: Machine) => unknown) => async (target: unknown) => {
    const machine = await machineOf(machines, target, fits, none);
    if (machine) await act(machine);
  };
  const nothingRuns = "No machine is running. Boot a recipe first.";
  return {
    [commands.showConsole]: async target => {
      const id = machineId(target);
      await consoleView.show(id === undefined ? undefined : machines.get(id));
    },
    [commands.stopMachine]: on(isAlive, nothingRuns, machine => machine.stop()),
    [commands.pauseMachine]: on(goesOn, "No machine is running.", machine => machine.pause()),
    [commands.resumeMachine]: on(isPaused, "No machine is paused.", machine => machine.resume()),
    [commands.resetMachine]: on(isAlive, nothingRuns, machine => machine.reset()),
    [commands.pressPowerButton]: on(isAlive, nothingRuns, machine => machine.powerButton()),
    [commands.openConsoleLog]: on(
      () => true,
      nothingRuns,
      ({ spec }) => vscode.window.showTextDocument(vscode.Uri.file(spec.logFile)),
    ),
    [commands.forgetMachine]: on(hasEnded, "No machine has ended.", machine => machines.forget(machine)),
  };
}

async function machineOf(
  machines: Machines,
  target: unknown,
  fits: Test,
  none: string,
): Promise<Machine | undefined> {
  const id = machineId(target);
  if (id !== undefined) {
    const named = machines.get(id);
    // It may have ended since its row was drawn: then there is nothing left to do.
    return named && fits(named) ? named : undefined;
  }
  const all = machines.all.filter(fits);
  if (all.length === 0) void vscode.window.showInformationMessage(none);
  if (all.length <= 1) return all[0];
  const picks = all.map(machine => ({
    label: machine.spec.name,
    description: machine.state.kind,
    detail: machine.spec.logFile,
    machine,
  }));
  return (await vscode.window.showQuickPick(picks, { placeHolder: "Which machine?" }))?.machine;
}
