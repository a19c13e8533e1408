import * as vscode from "vscode";
import { Failure } from "../../core/failure.ts";
import type { Destination } from "../../core/push/destination.ts";
import type { LoadedItem } from "../../core/recipe/loaded.ts";
import { formatBytes } from "../../shared/bytes.ts";
import type { PushReport } from "../../shared/report.ts";
import type { RecipeState } from "../recipes/recipe.ts";
import type { RecipeNode } from "../recipes/recipeNodes.ts";
import { abortOn } from "./abortOn.ts";
import { build } from "./build.ts";
import type { Parts } from "./registerCommands.ts";
import { requireTrust } from "./targets.ts";

/**
 * Asks where to, builds, and pushes the container image of a node of the tree.
 * @param memory keeps the last reference of each output
 */
export async function pushToRegistry(parts: Parts, memory: vscode.Memento, target: unknown): Promise<void> {
  requireTrust();
  const node = target as RecipeNode | undefined;
  if (node?.kind !== "output") return;
  const { recipe, item } = node;
  const host = await parts.engine.host();
  host.tools.require("skopeo");
  const destination = await askWhere(memory, recipe, item);
  if (!destination) return;
  const built = await build(parts, recipe);
  const { outputToPush } = await import("../../core/push/outputToPush.ts");
  const output = outputToPush(built.recipe, item.name);
  const request = { recipe: built.recipe, output, built: built.report, destination };
  const report = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Pushing ${item.name} to ${destination.registry}`,
      cancellable: true,
    },
    async (notification, token) => {
      const { pushOutput } = await import("../../core/push/pushOutput.ts");
      let shown = 0;
      return pushOutput(request, {
        host,
        signal: abortOn(token).signal,
        onLog: line => parts.log.info(line),
        onProgress(done, total) {
          const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
          const message = `${formatBytes(done)} of ${formatBytes(total)}`;
          notification.report({ message, increment: Math.max(0, percent - shown) });
          shown = Math.max(shown, percent);
        },
      });
    },
  );
  tell(report, parts.log);
}

async function askWhere(
  memory: vscode.Memento,
  recipe: RecipeState,
  output: LoadedItem,
): Promise<Destination | undefined> {
  const [{ parseDestination }, { ownReference }] = await Promise.all([
    import("../../core/push/destination.ts"),
    import("../../core/push/outputToPush.ts"),
  ]);
  const key = `push ${recipe.uri.toString()} ${output.name}`;
  const answer = await vscode.window.showInputBox({
    title: "Push to Registry",
    prompt: "Where to, with the tag. Logins are those of docker, podman and skopeo.",
    placeHolder: "ghcr.io/ann/boots:1.0",
    value: memory.get<string>(key) ?? ownReference(output) ?? "",
    ignoreFocusOut: true,
    validateInput: text => (text.trim() === "" ? undefined : problemOf(() => parseDestination(text))),
  });
  if (!answer?.trim()) return undefined;
  const destination = parseDestination(answer);
  await memory.update(key, answer.trim());
  return destination;
}

function problemOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `${error.message} ${error.advice ?? ""}`;
  }
}

/** Does not wait for an answer. */
function tell({ reference, tags, digest, bytes, seconds }: PushReport, log: vscode.LogOutputChannel): void {
  const names = tags.map(each => each.reference).join(", ");
  log.info(`Pushed ${names}: ${digest}, ${formatBytes(bytes)} in ${seconds.toFixed(1)} s`);
  const isAsBefore = tags.every(({ before }) => before === digest);
  const text = isAsBefore ? `${names} was up to date.` : `Pushed ${names} (${formatBytes(bytes)}).`;
  const copy = "Copy Reference";
  void vscode.window.showInformationMessage(text, copy).then(chosen => {
    if (chosen === copy) void vscode.env.clipboard.writeText(reference);
  });
}
