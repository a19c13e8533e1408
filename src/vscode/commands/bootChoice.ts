import * as vscode from "vscode";
import type { FirmwareKind } from "../../core/outputs/output.ts";
import type { LoadedRecipe } from "../../core/recipe/loaded.ts";
import { formatBytes } from "../../shared/bytes.ts";
import { firmwareName } from "../recipes/firmwareName.ts";
import { lastImage, type RecipeState, recipeLabel } from "../recipes/recipe.ts";

/** What of a recipe is booted, and how; what is left out the recipe decides. */
export interface BootChoice {
  readonly output?: string | undefined;
  readonly firmware?: FirmwareKind | undefined;
}

/** Which output of each recipe the person boots, kept for the workspace. */
export class BootChoices {
  readonly #memory: vscode.Memento;

  constructor(context: vscode.ExtensionContext) {
    this.#memory = context.workspaceState;
  }

  get({ uri }: RecipeState): BootChoice | undefined {
    return this.#all[uri.toString()];
  }

  async set({ uri }: RecipeState, choice: BootChoice): Promise<void> {
    await this.#memory.update("bootChoices", { ...this.#all, [uri.toString()]: choice });
  }

  get #all(): Readonly<Record<string, BootChoice>> {
    return this.#memory.get("bootChoices", {});
  }
}

/**
 * What Boot boots: `boot.output` of the recipe, else the only output that can be, else the one that the person chose
 * before, else the one they choose now. Undefined when they choose none.
 */
export async function usualChoice(
  recipe: RecipeState,
  remembered: BootChoices,
): Promise<BootChoice | undefined> {
  const { shown } = recipe;
  if (!shown || namesOutput(shown)) return {};
  const ways = await waysOf(shown);
  if (new Set(ways.map(({ output }) => output)).size <= 1) return {};
  const before = remembered.get(recipe);
  const isThere = ways.some(way => isSame(way, before));
  return isThere ? before : askChoice(recipe, remembered);
}

// A loaded recipe always has an output to boot; where it is written down, the range is its own.
function namesOutput(recipe: LoadedRecipe): boolean {
  const [own, around] = [recipe.locate(["boot", "output"]), recipe.locate(["boot"])];
  return JSON.stringify(own) !== JSON.stringify(around);
}

/** Asks which output to boot and by what, the one of before first; remembers the answer. */
export async function askChoice(
  recipe: RecipeState,
  remembered: BootChoices,
): Promise<BootChoice | undefined> {
  const ways = recipe.shown ? await waysOf(recipe.shown) : [];
  // What is wrong then, the build or the boot itself says best.
  if (ways.length <= 1) return ways[0] ?? {};
  const before = remembered.get(recipe);
  const picks = ways.map(way => pickOf(recipe, way)).sort((a, b) => +isSame(b, before) - +isSame(a, before));
  const chosen = await vscode.window.showQuickPick(picks, {
    title: `Boot ${recipeLabel(recipe)}`,
    placeHolder: "Which output? The answer is remembered for Boot",
    matchOnDescription: true,
  });
  if (!chosen) return undefined;
  const { output, firmware } = chosen;
  await remembered.set(recipe, { output, firmware });
  return { output, firmware };
}

interface Way extends BootChoice {
  readonly output: string;
  readonly kind: string;
}

async function waysOf(recipe: LoadedRecipe): Promise<readonly Way[]> {
  const { bootChoices } = await import("../../core/build/bootChoices.ts");
  return bootChoices(recipe).flatMap(({ output: { name, kind }, firmware }) => {
    // With one firmware there is nothing to choose, and the recipe may name another way.
    if (firmware.length < 2) return [{ output: name, kind }];
    return firmware.map(each => ({ output: name, kind, firmware: each }));
  });
}

function pickOf(recipe: RecipeState, { output, kind, firmware }: Way) {
  const item = recipe.shown?.outputs.find(({ name }) => name === output);
  const image = item && lastImage(recipe, item);
  return {
    label: firmware ? `${output} by ${firmwareName(firmware)}` : output,
    description: [output === kind ? "" : kind, image ? formatBytes(image.bytes) : "not built yet"]
      .filter(Boolean)
      .join(" · "),
    output,
    firmware,
  };
}

function isSame(one: BootChoice, other: BootChoice | undefined): boolean {
  return one.output === other?.output && one.firmware === other?.firmware;
}
