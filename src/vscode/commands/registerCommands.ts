import * as vscode from "vscode";
import type { Machine } from "../../core/machine/machine.ts";
import type { RunningWork } from "../builds/runningWork.ts";
import type { Saves } from "../builds/saves.ts";
import type { ConsoleView } from "../console/consoleView.ts";
import type { Engine } from "../engine.ts";
import { commands } from "../ids.ts";
import type { BuildProblems } from "../language/buildProblems.ts";
import type { Machines } from "../machines/machines.ts";
import type { Recipes } from "../recipes/recipes.ts";
import type { SizesPanels } from "../sizes/sizesPanel.ts";
import { bootOutput, bootRecipe } from "./boot.ts";
import type { BootChoices } from "./bootChoice.ts";
import { bootImage } from "./bootImage.ts";
import { type Built, buildRecipe, cancelBuild } from "./build.ts";
import { checkTools, installTools } from "./doctor.ts";
import { inspectImage } from "./inspect.ts";
import { lockVersions } from "./lock.ts";
import { machineCommands } from "./machineCommands.ts";
import { newRecipe } from "./newRecipe.ts";
import { openRecipe } from "./openRecipe.ts";
import { copyChecksum, copyOutputPath, revealOutput } from "./outputFile.ts";
import { pushToRegistry } from "./push.ts";
import { showProblem } from "./showProblem.ts";
import { showSizes } from "./sizes.ts";

/** What commands work on. */
export interface Parts {
  readonly engine: Engine;
  readonly recipes: Recipes;
  readonly machines: Machines;
  readonly consoleView: ConsoleView;
  readonly sizesPanel: SizesPanels;
  readonly saves: Saves;
  /** By the recipe's URI. */
  readonly builds: RunningWork<Built>;
  /** By the URI of the recipe or image. */
  readonly boots: RunningWork<Machine>;
  readonly bootChoices: BootChoices;
  readonly problems: BuildProblems;
  readonly log: vscode.LogOutputChannel;
}

/** Every command of package.json; a problem in any of them is shown, never swallowed. */
export function registerCommands(context: vscode.ExtensionContext, parts: Parts): void {
  const all: Record<string, (...args: unknown[]) => unknown> = {
    [commands.build]: target => buildRecipe(parts, target),
    [commands.cancelBuild]: target => cancelBuild(parts, target),
    [commands.boot]: target => bootRecipe(parts, target),
    [commands.bootOutput]: target => bootOutput(parts, target),
    [commands.bootByBios]: target => bootOutput(parts, target, "bios"),
    [commands.bootByUefi]: target => bootOutput(parts, target, "uefi"),
    [commands.bootImage]: (target, firmware) => bootImage(parts, target, firmware),
    [commands.sizes]: target => showSizes(parts, target),
    [commands.lockVersions]: target => lockVersions(parts, target, false),
    [commands.updateVersions]: target => lockVersions(parts, target, true),
    [commands.newRecipe]: () => newRecipe(),
    [commands.openRecipe]: (target, position) => openRecipe(target, position),
    [commands.refresh]: () => parts.recipes.search(),
    [commands.revealOutput]: target => revealOutput(target),
    [commands.copyOutputPath]: target => copyOutputPath(target),
    [commands.copyChecksum]: target => copyChecksum(target),
    [commands.pushToRegistry]: target => pushToRegistry(parts, context.workspaceState, target),
    [commands.inspectImage]: target => inspectImage(target),
    [commands.showLog]: () => parts.log.show(),
    [commands.doctor]: () => checkTools(parts),
    [commands.installTools]: () => installTools(parts),
    ...machineCommands(parts),
  };
  for (const [id, run] of Object.entries(all)) {
    const command = async (...args: unknown[]): Promise<void> => {
      try {
        await run(...args);
      } catch (error) {
        showProblem(error, parts.log);
      }
    };
    context.subscriptions.push(vscode.commands.registerCommand(id, command));
  }
}
