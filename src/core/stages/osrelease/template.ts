import { meant } from "../../recipe/nearest.ts";

/** The names that a template may use besides the fields of os-release. */
export const templateNames = ["version", "name", "arch", "git.hash", "git.describe", "date"] as const;
export type TemplateName = (typeof templateNames)[number];

/** What is wrong with a template, in words, and what to do. */
export class TemplateProblem extends Error {
  override readonly name = "TemplateProblem";
  readonly advice: string | undefined;

  constructor(message: string, advice?: string) {
    super(message);
    this.advice = advice;
  }
}

const place = /\$(?:\$|\{([^{}]*)\}|)/g;

/** The names between `${` and `}`, in their order. */
export function namesIn(template: string): string[] {
  return [...template.matchAll(place)].flatMap(match => (match[1] === undefined ? [] : [match[1].trim()]));
}

/**
 * The template with its names replaced; `$$` gives one `$`.
 * @throws TemplateProblem for a lone `$`, and what `wordFor` throws.
 */
export function fillTemplate(template: string, wordFor: (name: string) => string): string {
  return template.replace(place, (all, name?: string) => {
    if (all === "$$") return "$";
    if (name === undefined) {
      throw new TemplateProblem("A $ stands there without a name in braces.", "Write $$ for a dollar sign.");
    }
    return wordFor(name.trim());
  });
}

/** The problem of a name that stands for nothing. */
export function unknownName(name: string, fields: readonly string[]): TemplateProblem {
  const known = [...templateNames, ...fields];
  return new TemplateProblem(`There is nothing called ${name}.`, meant(name, known));
}
