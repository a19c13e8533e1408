import * as vscode from "vscode";
import { RecipeInvalid } from "../../core/failure.ts";
import { filesOf, recipeLabel } from "../recipes/recipe.ts";
import { abortOn } from "./abortOn.ts";
import type { Parts } from "./registerCommands.ts";
import { recipeOf, requireTrust } from "./targets.ts";

/** Writes the recipe's lock file: what is not held yet, or with `update` everything anew. */
export async function lockVersions(parts: Parts, target: unknown, update: boolean): Promise<void> {
  requireTrust();
  const chosen = await recipeOf(parts, target);
  if (!chosen) return;
  await parts.saves.saveFor([...filesOf(chosen)]);
  const recipe = (await parts.recipes.reload(chosen.uri)) ?? chosen;
  const { loaded } = recipe;
  if (!loaded) throw new RecipeInvalid(recipe.diagnostics);
  const { changeText, holdVersions } = await import("../../core/lockFile/holdVersions.ts");
  const host = await parts.engine.host();
  const held = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `${update ? "Updating" : "Locking"} the versions of ${recipeLabel(recipe)}`,
      cancellable: true,
    },
    (notification, token) =>
      holdVersions(loaded, host, {
        update,
        signal: abortOn(token).signal,
        onLog(work, line) {
          parts.log.info(`${work.name}: ${line}`);
          notification.report({ message: `${work.name}: ${line}` });
        },
      }),
  );
  for (const each of held.changes) parts.log.info(`${each.of}: ${changeText(each)}`);
  const { length } = held.changes;
  const text = held.written
    ? `${length === 1 ? "One version" : `${length} versions`} changed in the lock file.`
    : "The lock file already holds all of them.";
  const open = "Open";
  const answer = await vscode.window.showInformationMessage(text, open);
  if (answer === open) await vscode.window.showTextDocument(vscode.Uri.file(held.file));
}
