import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Machine } from "../../core/machine/machine.ts";
import type { MachineAction } from "../../shared/protocol/console.ts";
import { showProblem } from "../commands/showProblem.ts";

const actions: Record<MachineAction, (machine: Machine) => Promise<unknown>> = {
  stop: machine => machine.stop(),
  reset: machine => machine.reset(),
  pause: machine => machine.pause(),
  resume: machine => machine.resume(),
  powerButton: machine => machine.powerButton(),
  screenshot: takeScreenshot,
  saveLog,
};

/** Does what a button of the console's toolbar says; a problem is shown, not thrown. */
export async function actOn(
  machine: Machine,
  action: MachineAction,
  log: vscode.LogOutputChannel,
): Promise<void> {
  try {
    await actions[action](machine);
  } catch (error) {
    showProblem(error, log);
  }
}

async function takeScreenshot(machine: Machine): Promise<void> {
  const png = await machine.screenshot();
  const uri = vscode.Uri.file(join(dirname(machine.spec.logFile), `screen-${Date.now()}.png`));
  await vscode.workspace.fs.writeFile(uri, png);
  await vscode.commands.executeCommand("vscode.open", uri);
}

async function saveLog(machine: Machine): Promise<void> {
  const from = vscode.Uri.file(machine.spec.logFile);
  const to = await vscode.window.showSaveDialog({ defaultUri: from, title: "Save Console Log" });
  if (!to) return;
  // Saving it where it already lies means: show it to me.
  if (to.toString() !== from.toString()) await vscode.workspace.fs.copy(from, to, { overwrite: true });
  await vscode.window.showTextDocument(to);
}
