import { Type } from "@sinclair/typebox";
import type { GlobSelection } from "../../tree/globs.ts";
import type { Tree } from "../../tree/tree.ts";
import type { StageContext } from "../stage.ts";

/** Schema of the parameters that `remove` and `keep` share. */
export function globList(description: string) {
  return Type.Array(
    Type.String({
      pattern: "^!?/",
      patternErrorMessage: "an absolute path in the image, such as /usr/share/doc/**",
      description:
        "Absolute path in the image, with `*`, `**`, `?`, `[a-z]` or `{a,b}`; dotfiles match too. A pattern that matches a " +
        "folder takes everything in it. A leading `!` takes back what earlier patterns matched; the last match decides.",
    }),
    { minItems: 1, description },
  );
}

/**
 * Selects by patterns and insists that each of them matches something.
 * @throws Failure `bad-pattern` or `glob-matches-nothing`, placed on the pattern.
 */
export async function selectStrictly(
  tree: Tree,
  patterns: readonly string[],
  context: StageContext,
): Promise<GlobSelection> {
  const { patternProblem, selectEntries } = await import("../../tree/globs.ts");
  for (const [at, pattern] of patterns.entries()) {
    const problem = patternProblem(pattern);
    if (problem === undefined) continue;
    throw context.fail("bad-pattern", `The pattern ${JSON.stringify(pattern)} cannot be used: ${problem}.`, {
      at: [at],
      advice: "Write absolute paths in the image, as in /usr/share/doc/**.",
    });
  }
  const selection = selectEntries(tree, patterns);
  const missed = patterns.flatMap((pattern, at) => (selection.matches[at] === 0 ? [{ pattern, at }] : []));
  const [first, ...others] = missed;
  if (!first) return selection;
  const { nearestPathAdvice } = await import("../../tree/nearestPath.ts");
  const more =
    others.length > 0 ? ` Nor does anything match ${others.map(each => each.pattern).join(", ")}.` : "";
  throw context.fail("glob-matches-nothing", `Nothing in the tree matches ${first.pattern}.${more}`, {
    at: [first.at],
    advice: nearestPathAdvice(tree, first.pattern),
  });
}
