import * as vscode from "vscode";
import { Failure, RecipeInvalid } from "../../core/failure.ts";
import { commands } from "../ids.ts";

/** Tells the person that something failed: message, what to do, and a way to the place or the log. */
export async function showProblem(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (error instanceof Error && error.name === "AbortError") return;
  if (error instanceof RecipeInvalid) {
    log.error(error.message);
    await offer(error.message, "Show Problems", () =>
      vscode.commands.executeCommand("workbench.actions.view.problems"),
    );
    return;
  }
  if (!(error instanceof Failure)) {
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const message = error instanceof Error ? error.message : String(error);
    await offer(`Whittle: ${message}`, "Show Log", () => log.show());
    return;
  }
  log.error(`${error.message}${error.advice ? ` ${error.advice}` : ""}`);
  const text = error.advice ? `${firstLine(error.message)} ${error.advice}` : firstLine(error.message);
  const { range } = error;
  if (error.code === "tool-missing")
    await offer(text, "Install Tools", () => vscode.commands.executeCommand(commands.installTools));
  else if (error.code === "not-trusted")
    await offer(text, "Manage Trust", () => vscode.commands.executeCommand("workbench.trust.manage"));
  else if (range)
    await offer(text, "Go to Recipe", () =>
      vscode.commands.executeCommand(commands.openRecipe, vscode.Uri.file(range.file), range.start),
    );
  else await offer(text, "Show Log", () => log.show());
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}

async function offer(message: string, action: string, run: () => unknown): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(message, action);
  if (chosen === action) await run();
}
