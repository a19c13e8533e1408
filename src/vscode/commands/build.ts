import * as vscode from "vscode";
import type { BuildEvent } from "../../core/build/events.ts";
import { RecipeInvalid } from "../../core/failure.ts";
import { formatBytes } from "../../shared/bytes.ts";
import type { BuildReport } from "../../shared/report.ts";
import { showBuildFailure } from "../language/buildProblems.ts";
import { BuildProgress } from "../recipes/buildProgress.ts";
import { type RecipeState, recipeLabel } from "../recipes/recipe.ts";
import type { Recipes } from "../recipes/recipes.ts";
import { abortOn } from "./abortOn.ts";
import type { Parts } from "./registerCommands.ts";
import { recipeOf, requireTrust } from "./targets.ts";

const running = new Map<string, AbortController>();

/** Builds a recipe with progress in the tree and in a notification that can cancel; says the sizes at the end. */
export async function buildRecipe(parts: Parts, target: unknown): Promise<BuildReport | undefined> {
  requireTrust();
  const recipe = await recipeOf(parts.recipes, target);
  if (!recipe) return undefined;
  const report = await build(parts, recipe);
  const images = report.outputs
    .filter(({ kind }) => kind !== "kernel" && kind !== "initrd")
    .map(output => `${output.name} ${formatBytes(output.bytes)}`)
    .join(", ");
  vscode.window.setStatusBarMessage(
    `$(check) ${report.recipe}: ${images} in ${report.seconds.toFixed(1)} s`,
    10_000,
  );
  return report;
}

/** The same for commands that need a built image as a first step. Unsaved recipes are saved first. */
export async function build(parts: Parts, recipe: RecipeState): Promise<BuildReport> {
  await saveEditors();
  const state = (await parts.recipes.reload(recipe.uri)) ?? recipe;
  if (!state.loaded) throw new RecipeInvalid(state.diagnostics);
  const title = `Building ${recipeLabel(state)}`;
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => runBuild(parts, state, progress, token),
  );
}

export async function cancelBuild(parts: Parts, target: unknown): Promise<void> {
  const recipe = await recipeOf(parts.recipes, target);
  if (recipe) running.get(recipe.uri.toString())?.abort();
}

async function runBuild(
  { engine, recipes, log }: Parts,
  recipe: RecipeState,
  notification: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<BuildReport> {
  const key = recipe.uri.toString();
  running.get(key)?.abort();
  const controller = abortOn(token);
  running.set(key, controller);
  const progress = new BuildProgress();
  const onEvent = (event: BuildEvent): void => {
    const before = progress.percent;
    progress.apply(event);
    logEvent(log, event);
    notification.report({ increment: progress.percent - before, ...messageOf(event) });
    recipes.update(recipe.uri, { building: progress });
  };
  try {
    return await buildWithEngine(engine, recipe, controller.signal, onEvent);
  } catch (error) {
    showBuildFailure(recipe.uri, error);
    throw error;
  } finally {
    if (running.get(key) === controller) running.delete(key);
    await finish(recipes, recipe.uri);
  }
}

async function buildWithEngine(
  engine: Parts["engine"],
  recipe: RecipeState,
  signal: AbortSignal,
  onEvent: (event: BuildEvent) => void,
): Promise<BuildReport> {
  if (!recipe.loaded) throw new RecipeInvalid(recipe.diagnostics);
  const [{ planBuild }, core, host] = await Promise.all([
    import("../../core/build/planBuild.ts"),
    import("../../core/build/runBuild.ts"),
    engine.host(),
  ]);
  showBuildFailure(recipe.uri, undefined);
  const plan = await planBuild(recipe.loaded, host, signal);
  return core.runBuild(plan, host, { signal, onEvent });
}

async function finish(recipes: Recipes, uri: vscode.Uri): Promise<void> {
  recipes.update(uri, { building: undefined });
  await recipes.reload(uri);
}

// A build reads files from disk; what the person sees must be what is built.
async function saveEditors(): Promise<void> {
  const dirty = vscode.workspace.textDocuments.filter(
    document => document.isDirty && document.uri.scheme === "file",
  );
  await Promise.all(dirty.map(document => document.save()));
}

function messageOf(event: BuildEvent): { message?: string } {
  if (event.type === "started") return { message: event.work.name };
  if (event.type === "log") return { message: `${event.work.name}: ${event.line}` };
  return {};
}

function logEvent(log: vscode.LogOutputChannel, event: BuildEvent): void {
  if (event.type === "log") log.info(`${event.work.name}: ${event.line}`);
  else if (event.type === "started") log.info(`${event.work.name} …`);
  else if (event.type === "warning") log.warn(event.diagnostic.message);
  else if (event.type === "failed") log.error(event.message);
  else if (event.type === "stage-finished") {
    const { name, cached, seconds, addedBytes, removedBytes } = event.stage;
    log.info(
      `${name}: +${addedBytes} −${removedBytes} bytes, ${cached ? "cached" : `${seconds.toFixed(2)} s`}`,
    );
  } else if (event.type === "output-finished") {
    for (const output of event.outputs) log.info(`${output.name}: ${output.bytes} bytes, ${output.path}`);
  }
}
