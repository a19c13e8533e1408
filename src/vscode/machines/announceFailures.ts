import * as vscode from "vscode";
import type { Machine } from "../../core/machine/machine.ts";
import type { ConsoleView } from "../console/consoleView.ts";
import type { Machines } from "./machines.ts";

/** Says that a machine failed to whoever does not look at its console, which says it itself. */
export function announceFailures(
  context: vscode.ExtensionContext,
  machines: Machines,
  consoleView: ConsoleView,
): void {
  context.subscriptions.push(
    machines.onDidFail(machine => {
      if (!consoleView.isShowing(machine)) void announce(machine, consoleView);
    }),
  );
}

async function announce(machine: Machine, consoleView: ConsoleView): Promise<void> {
  const { state, spec } = machine;
  if (state.kind !== "failed") return;
  const what = state.message.split("\n", 1)[0] ?? "";
  const text = [`${spec.name}: ${what}`, state.advice].filter(Boolean).join(" ");
  const chosen = await vscode.window.showErrorMessage(text, "Show Console");
  if (chosen) await consoleView.show(machine);
}
