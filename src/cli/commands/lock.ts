import { changeText, type Held, holdVersions } from "../../core/lockFile/holdVersions.ts";
import { namingAllMissing } from "../allMissing.ts";
import { writeJson } from "../json.ts";
import { openRecipe, type RecipeOptions } from "../openRecipe.ts";
import { interruption } from "../runCommand.ts";

export interface LockOptions extends RecipeOptions {
  readonly update?: boolean;
}

/** `whittle lock`: holds what is not held yet in the lock file; with --update looks everything up anew. */
export async function lock(path: string, options: LockOptions): Promise<number> {
  const { recipe, host } = await openRecipe(path, options);
  const held = await namingAllMissing(recipe, () =>
    holdVersions(recipe, host, {
      update: options.update === true,
      signal: interruption.signal,
      onLog: (work, line) => {
        if (!options.json) process.stderr.write(`${work.name}: ${line}\n`);
      },
    }),
  );
  if (options.json) writeJson({ result: "lock", ...held });
  else process.stdout.write(describe(held));
  return 0;
}

function describe({ file, written, changes }: Held): string {
  if (!written) return `Nothing changed: ${file}\n`;
  return `${changes.map(each => `${each.of}: ${changeText(each)}\n`).join("")}Wrote ${file}\n`;
}
