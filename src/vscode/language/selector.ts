/** Which documents the language features are for. */
export const recipeSelector = { language: "yaml", scheme: "file", pattern: "**/*.whittle.yaml" } as const;
