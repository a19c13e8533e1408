import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import type { LoadedRecipe } from "./loaded.ts";
import { nameFromPath, recipeSuffix } from "./recipePath.ts";

const nameLine = /^name:[ \t]+(?:"([^"\n]*)"|'([^'\n]*)'|([^\s#"'][^\n]*?))[ \t]*(?:#[^\n]*)?\r?$/m;

/**
 * A failure when another recipe of the same folder has the same name: both would write to `out/NAME`, and each build would
 * replace what the other made. On file systems that take A and a for one, so would names that differ in that.
 */
export async function sameNameProblem(
  recipe: Pick<LoadedRecipe, "file" | "name" | "locate">,
): Promise<Failure | undefined> {
  const folder = dirname(recipe.file);
  const own = basename(recipe.file);
  const others = (await readdir(folder)).filter(name => name.endsWith(recipeSuffix) && name !== own).sort();
  for (const other of others) {
    const name = await nameOf(join(folder, other));
    if (name?.toLowerCase() !== recipe.name.toLowerCase()) continue;
    return new Failure(
      "name-taken",
      `${own} and ${other} are both called ${recipe.name}, and would both write to out/${recipe.name}.`,
      {
        advice: "Give one of them another `name:`, or build it into another folder with --out.",
        range: recipe.locate(["name"]),
      },
    );
  }
  return undefined;
}

/** The name that a recipe's text states, else the one from its file; undefined when it cannot be read. */
async function nameOf(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const [, double, single, bare] = nameLine.exec(text) ?? [];
  return double ?? single ?? bare ?? nameFromPath(file);
}
