import type * as vscode from "vscode";
import type { OptionChoice } from "./recipe.ts";

const none: OptionChoice = { with: [], without: [] };

/** Remembers, per recipe and workspace, which options the person flipped. */
export class OptionChoices {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  of(recipe: vscode.Uri): OptionChoice {
    return this.#memory.get<OptionChoice>(keyOf(recipe), none);
  }

  /** Only what differs from the recipe's default is kept, so that a changed default takes effect. */
  async set(recipe: vscode.Uri, name: string, enabled: boolean, byDefault: boolean): Promise<void> {
    const before = this.of(recipe);
    const others = (names: readonly string[]): string[] => names.filter(each => each !== name);
    const choice: OptionChoice = {
      with: enabled && !byDefault ? [...others(before.with), name] : others(before.with),
      without: !enabled && byDefault ? [...others(before.without), name] : others(before.without),
    };
    await this.#memory.update(keyOf(recipe), choice);
  }
}

function keyOf(recipe: vscode.Uri): string {
  return `options ${recipe.toString()}`;
}
