import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { LoadedOption, LoadRequest } from "./loaded.ts";
import { meant } from "./nearest.ts";
import type { RecipeFile } from "./recipeFile.ts";

export interface Options {
  readonly all: readonly LoadedOption[];
  readonly names: readonly string[];
  readonly enabled: ReadonlySet<string>;
}

/** The options of all files, merged by name and key, switched as the request says. */
export function mergeOptions(members: readonly RecipeFile[], request: LoadRequest): Options {
  const merged = new Map<string, Readonly<Record<string, unknown>>>();
  for (const { value } of members) {
    for (const [name, option] of Object.entries(asRecord(value.options))) {
      merged.set(name, { ...merged.get(name), ...asRecord(option) });
    }
  }
  const all = [...merged].map(([name, { description, default: on }]): LoadedOption => {
    const isOn = on === true;
    const enabled = request.with?.includes(name) || (isOn && !request.without?.includes(name));
    return { name, description: textOrNone(description), default: isOn, enabled };
  });
  const enabled = new Set(all.filter(option => option.enabled).map(option => option.name));
  return { all, names: all.map(option => option.name), enabled };
}

/** Checks --with and --without; problems are shown at the recipe's `options`. */
export function requestProblems(
  { source, root }: RecipeFile,
  options: Options,
  request: LoadRequest,
): Diagnostic[] {
  const found = source.find(root, "options");
  const span = found?.key ?? { start: 0, end: 0 };
  const asked = [...(request.with ?? []), ...(request.without ?? [])];
  const unknown = [...new Set(asked)].filter(name => !options.names.includes(name));
  const both = [...new Set(request.with ?? [])].filter(name => request.without?.includes(name));
  return [
    ...unknown.map(name => {
      const advice = meant(name, options.names) ?? "The recipe has no options.";
      return source.problem("unknown-option", span, `The recipe has no option \`${name}\`.`, advice);
    }),
    ...both.map(name => {
      const message = `The option \`${name}\` is switched on and off at once.`;
      return source.problem("option-conflict", span, message, "Name it in one of the two only.");
    }),
  ];
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textOrNone(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
