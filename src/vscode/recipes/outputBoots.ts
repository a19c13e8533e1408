import type { BootWay } from "../../core/build/bootChoices.ts";
import type { LoadedItem } from "../../core/recipe/loaded.ts";
import type { RecipeState } from "./recipe.ts";

/** How outputs are booted, once the registry of their kinds is loaded; it is too heavy for starting up. */
export class OutputBoots {
  #bootWay: typeof import("../../core/build/bootChoices.ts").bootWay | undefined;
  #isAsked = false;

  /** True when this call made it known. */
  async load(): Promise<boolean> {
    if (this.#isAsked) return false;
    this.#isAsked = true;
    ({ bootWay: this.#bootWay } = await import("../../core/build/bootChoices.ts"));
    return true;
  }

  of({ shown }: Pick<RecipeState, "shown">, output: LoadedItem): BootWay | undefined {
    return shown && this.#bootWay?.(shown, output);
  }
}
