import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { sbomOf } from "../../core/analysis/sbom.ts";
import { outFolder } from "../../core/build/lastBuild.ts";
import { builtImage } from "../builtImage.ts";
import { writeJson } from "../json.ts";
import { openRecipe, type RecipeOptions } from "../openRecipe.ts";
import { planRecipe } from "../planRecipe.ts";

declare const WHITTLE_VERSION: string;

export interface SbomOptions extends RecipeOptions {
  readonly output?: string;
}

/** `whittle sbom`: a CycloneDX bill of materials of the recipe's image, which is built first when it is not in the cache. */
export async function sbom(path: string, options: SbomOptions): Promise<number> {
  const { recipe, host } = await openRecipe(path, options);
  const plan = await planRecipe(recipe, host, options);
  const image = await builtImage(plan, host, options);
  const { text, packages } = await sbomOf(plan, image, WHITTLE_VERSION);
  const file =
    options.output === undefined
      ? join(outFolder(recipe, options.out), `${recipe.name}.cdx.json`)
      : resolve(options.output);
  await writeWhole(file, text);
  if (options.json) writeJson({ result: "sbom", path: file, packages });
  else process.stdout.write(`${file}\n${packages} packages, CycloneDX 1.6\n`);
  return 0;
}

// Never half a file under the name that was asked for.
async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const half = `${file}.${process.pid}.part`;
  try {
    await writeFile(half, text);
    await rename(half, file);
  } finally {
    await rm(half, { force: true });
  }
}
