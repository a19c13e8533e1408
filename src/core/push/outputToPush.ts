import { Failure } from "../failure.ts";
import type { LoadedItem, LoadedRecipe } from "../recipe/loaded.ts";

/**
 * The output of a recipe that is pushed.
 * @param name default: the recipe's only container image
 * @throws Failure `usage`
 */
export function outputToPush(recipe: LoadedRecipe, name: string | undefined): LoadedItem {
  const { outputs } = recipe;
  const names = outputs.map(output => output.name).join(", ") || "none";
  if (name !== undefined) {
    const found = outputs.find(output => output.name === name);
    if (found) return found;
    const message = `The recipe ${recipe.name} has no output ${name}.`;
    throw new Failure("usage", message, { advice: `Its outputs: ${names}.` });
  }
  const [image, another] = outputs.filter(isContainer);
  if (image && !another) return image;
  const message = another
    ? `The recipe ${recipe.name} has several container images.`
    : `The recipe ${recipe.name} has no container image.`;
  throw new Failure("usage", message, {
    advice: another
      ? `Say which with --output. Its outputs: ${names}.`
      : `Add \`oci: {}\` to its outputs, or push another output as it is with --output. Its outputs: ${names}.`,
  });
}

/** True for an output that container tools run. */
export function isContainer({ kind }: Pick<LoadedItem, "kind">): boolean {
  return kind === "oci";
}

/** The name with a registry that the recipe gives a container image, if it gives one. */
export function ownReference({ parameters }: LoadedItem): string | undefined {
  const tag = (parameters as { readonly tag?: unknown } | null)?.tag;
  return typeof tag === "string" && tag.includes("/") ? tag : undefined;
}
