import type { OutputContext } from "./output.ts";

/**
 * How the files of an output are called, without extension: the recipe, its version, and the output's name where
 * that is not just its kind.
 */
export function baseName(context: Pick<OutputContext, "recipe" | "name">, kind: string): string {
  const { name, version } = context.recipe;
  const parts = [name, version, context.name === kind ? undefined : context.name];
  return parts
    .filter(part => part !== undefined)
    .map(part => part.replaceAll(/[^A-Za-z0-9._+-]+/g, "-"))
    .join("-");
}
