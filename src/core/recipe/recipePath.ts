import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { Failure } from "../failure.ts";

/** Every recipe file's name ends in this. */
export const recipeSuffix = ".whittle.yaml";

/** A recipe's name when it states none: its file name without the suffix, made fit for file names. */
export function nameFromPath(file: string): string {
  const base = basename(file).replace(/[.]whittle[.]yaml$|[.]ya?ml$/, "");
  const clean = base.replace(/[^A-Za-z0-9._+-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  return clean.slice(0, 64) || "image";
}

/**
 * The recipe that a person means by `path`: the file itself, or the only recipe in a folder.
 * @returns an absolute path
 * @throws Failure `file-missing`, `not-a-recipe`, `no-recipe` or `which-recipe`
 */
export async function resolveRecipePath(path: string): Promise<string> {
  const absolute = resolve(path);
  const facts = await stat(absolute).catch((cause: unknown) => {
    throw new Failure("file-missing", `There is no file or folder ${absolute}.`, {
      advice: `Name a recipe (a file ending in ${recipeSuffix}) or a folder that holds one.`,
      cause,
    });
  });
  if (facts.isDirectory()) return onlyRecipeIn(absolute);
  if (absolute.endsWith(recipeSuffix)) return absolute;
  throw new Failure("not-a-recipe", `${absolute} is no recipe: its name does not end in ${recipeSuffix}.`, {
    advice: `Rename the file so that it ends in ${recipeSuffix}, or name another one.`,
  });
}

async function onlyRecipeIn(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter(name => name.endsWith(recipeSuffix)).sort();
  const [only, ...further] = names;
  if (only === undefined) {
    throw new Failure("no-recipe", `There is no recipe in ${folder}.`, {
      advice: `Name a file that ends in ${recipeSuffix}.`,
    });
  }
  if (further.length === 0) return join(folder, only);
  const list = names.map(name => `  ${join(folder, name)}`).join("\n");
  throw new Failure("which-recipe", `There are ${names.length} recipes in ${folder}:\n${list}`, {
    advice: "Name one of them.",
  });
}
