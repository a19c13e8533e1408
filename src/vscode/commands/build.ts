import * as vscode from "vscode";
import type { BuildEvent, WorkRef } from "../../core/build/events.ts";
import { Failure, RecipeInvalid } from "../../core/failure.ts";
import type { LoadedRecipe } from "../../core/recipe/loaded.ts";
import { formatBytes } from "../../shared/bytes.ts";
import type { BuildReport } from "../../shared/report.ts";
import { BuildProgress, type WorkName } from "../builds/buildProgress.ts";
import { failedBuild } from "../builds/failedBuild.ts";
import { logEvent } from "../builds/logEvent.ts";
import { progressText } from "../builds/progressText.ts";
import { diagnosticsOf } from "../language/buildProblems.ts";
import { filesOf, type RecipeState, recipeLabel } from "../recipes/recipe.ts";
import { isAbort } from "./isAbort.ts";
import type { Parts } from "./registerCommands.ts";
import { pickRecipe, recipeOf, requireTrust } from "./targets.ts";

/** What was built, and the recipe as it was then. */
export interface Built {
  readonly recipe: LoadedRecipe;
  readonly report: BuildReport;
}

const statusMs = 10_000;

/** Builds a recipe with progress in the tree and in a notification that can cancel; says the sizes at the end. */
export async function buildRecipe(parts: Parts, target: unknown): Promise<void> {
  requireTrust();
  const recipe = await recipeOf(parts, target);
  if (!recipe) return;
  const { report, recipe: built } = await build(parts, recipe);
  // Of each output its image, not what lies beside it.
  const kinds = new Map(built.outputs.map(({ name, kind }) => [name, kind]));
  const images = report.outputs
    .filter(({ name, kind }) => kinds.get(name) === kind)
    .map(output => `${output.name} ${formatBytes(output.bytes)}`);
  const made = images.length === 0 ? "no outputs" : images.join(", ");
  const time = `${report.seconds.toFixed(1)} s`;
  vscode.window.setStatusBarMessage(`$(check) ${report.recipe}: ${made} in ${time}`, statusMs);
}

/**
 * The same for commands that need a built image as a first step. Editors are saved first. Asked for again while it
 * runs, a build is joined; asked for with something newly saved, a further one follows it.
 */
export async function build(parts: Parts, recipe: RecipeState): Promise<Built> {
  await parts.saves.saveFor([...filesOf(recipe)]);
  const { uri } = recipe;
  const { choice } = await existing(parts, uri);
  const edition = JSON.stringify([parts.saves.count, choice]);
  return parts.builds.run(uri.toString(), edition, signal => buildNow(parts, uri, signal));
}

/** Cancels a build, and what waits for it. */
export async function cancelBuild(parts: Parts, target: unknown): Promise<void> {
  const running = new Set(parts.builds.keys);
  const candidates = parts.recipes.all.filter(each => running.has(each.uri.toString()));
  const recipe = await pickRecipe(candidates, target, "Cancel which build?");
  if (!recipe) return;
  parts.builds.cancel(recipe.uri.toString());
  vscode.window.setStatusBarMessage(`Build of ${recipeLabel(recipe)} cancelled`, statusMs);
}

async function existing(parts: Parts, uri: vscode.Uri): Promise<RecipeState> {
  const state = await parts.recipes.reload(uri);
  if (state) return state;
  throw new Failure("file-missing", `There is no file ${uri.fsPath} any more.`);
}

async function buildNow(parts: Parts, uri: vscode.Uri, signal: AbortSignal): Promise<Built> {
  const state = await existing(parts, uri);
  if (!state.loaded) throw new RecipeInvalid(state.diagnostics);
  const { loaded } = state;
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Building ${recipeLabel(state)}`,
      cancellable: true,
    },
    async (notification, token) => {
      const subscription = token.onCancellationRequested(() => parts.builds.cancel(uri.toString()));
      try {
        const report = await watchedBuild(parts, uri, loaded, { signal, notification });
        return { recipe: loaded, report };
      } finally {
        subscription.dispose();
      }
    },
  );
}

interface Watching {
  readonly signal: AbortSignal;
  readonly notification: vscode.Progress<{ message?: string; increment?: number }>;
}

async function watchedBuild(
  parts: Parts,
  uri: vscode.Uri,
  recipe: LoadedRecipe,
  { signal, notification }: Watching,
): Promise<BuildReport> {
  const { recipes, problems, log } = parts;
  const progress = new BuildProgress();
  let failedWork: WorkName | undefined;
  const onEvent = (event: BuildEvent): void => {
    const before = progress.percent;
    progress.apply(event);
    if (event.type === "failed") failedWork = event.work;
    if (event.type === "warning") problems.add(uri, event.diagnostic);
    logEvent(log, event);
    const message = progressText(event);
    notification.report({ increment: progress.percent - before, ...(message ? { message } : {}) });
    recipes.progressed(uri);
  };
  recipes.update(uri, { building: progress, failed: undefined });
  problems.clear(uri);
  log.info(`Building ${recipe.file}`);
  let failed: RecipeState["failed"];
  try {
    return await runEngine(parts, uri, recipe, signal, onEvent);
  } catch (error) {
    if (isAbort(error)) log.info(`Build of ${recipe.name} cancelled`);
    else {
      failed = failedBuild(error, recipe, progress, failedWork);
      problems.add(uri, ...diagnosticsOf(error));
    }
    throw error;
  } finally {
    recipes.update(uri, { building: undefined, failed });
    await recipes.reload(uri);
  }
}

async function runEngine(
  { engine, problems }: Parts,
  uri: vscode.Uri,
  recipe: LoadedRecipe,
  signal: AbortSignal,
  onEvent: (event: BuildEvent) => void,
): Promise<BuildReport> {
  const [{ planBuild }, { runBuild }, host] = await Promise.all([
    import("../../core/build/planBuild.ts"),
    import("../../core/build/runBuild.ts"),
    engine.host(),
  ]);
  const onLog = (work: WorkRef, line: string): void => onEvent({ type: "log", work, line });
  const plan = await planBuild(recipe, host, signal, { onLog });
  problems.add(uri, ...plan.warnings);
  // The Sizes panel shows the tree: without it, an image that is up to date would be no use there.
  return runBuild(plan, host, { signal, onEvent, needTree: true });
}
