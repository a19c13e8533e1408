import picomatch from "picomatch";
import { lowerBound, rangeUnder } from "./order.ts";
import { nameOf, parentOf } from "./path.ts";
import { realFolder } from "./realFolder.ts";
import type { Tree } from "./tree.ts";

/** Dotfiles match like any file; `folder/**` is what is in a folder, not the folder itself. */
const rules = { dot: true, nonegate: true, strictSlashes: true };

/** What a list of patterns selects. */
export interface GlobSelection {
  /** One per entry of the tree, in its order: 1 = selected. */
  readonly selected: Uint8Array;
  /** One per pattern: how many entries it matches itself, those under matched folders not counted. */
  readonly matches: readonly number[];
  /** Links that patterns lead through, as `/lib` for `/lib/modules/*` where lib points to usr/lib. */
  readonly through: ReadonlySet<string>;
}

/** Why a pattern cannot be used, or undefined. */
export function patternProblem(pattern: string): string | undefined {
  const path = pattern.replace(/^!/, "");
  if (!path.startsWith("/")) return "it does not start with a slash";
  if (path.split("/").includes("..")) return 'it contains ".."';
  if (path.replace(/\/+/g, "") === "") return "it names the root of the image";
  if (path.includes("\0")) return "it contains a NUL character";
  return undefined;
}

/**
 * Selects entries by patterns: absolute paths with `*`, `**`, `?`, `[…]`, `{a,b}`. A pattern that matches a folder takes
 * everything under it as well. With a leading `!` it gives back what earlier ones took: the last match decides.
 * A path that exists as it is written is taken literally.
 * @param patterns without a patternProblem()
 */
export function selectEntries(tree: Tree, patterns: readonly string[]): GlobSelection {
  const selected = new Uint8Array(tree.entries.length);
  const through = new Set<string>();
  const matches = patterns.map(pattern => {
    const taken = pattern.startsWith("!") ? 0 : 1;
    const path = plainPath(pattern);
    let count = 0;
    for (const at of matching(tree, path, through)) {
      count++;
      selected[at] = taken;
      const entry = tree.entries[at];
      if (entry?.type === "directory") selected.fill(taken, ...rangeUnder(tree.entries, entry.path));
    }
    return count;
  });
  return { selected, matches, through };
}

/** A pattern without its `!` and its outer slashes. */
export function plainPath(pattern: string): string {
  return pattern.replace(/^!?\/+/, "").replace(/\/+$/, "");
}

/** Splits a pattern into the folder that is written out and the rest; `glob` is "" when nothing is left to match. */
export function splitPattern(path: string): { folder: string; glob: string } {
  const { base, glob, isGlob } = picomatch.scan(path, rules) as {
    base: string;
    glob: string;
    isGlob: boolean;
  };
  if (!isGlob && !path.includes("\\")) return { folder: path, glob: "" };
  // A backslash stands for itself only in the pattern, so such a pattern is matched as a whole.
  return base.includes("\\") || !isGlob ? { folder: "", glob: path } : { folder: base, glob };
}

function matching(tree: Tree, path: string, through: Set<string>): Iterable<number> {
  const literal = literally(tree, path, through);
  if (literal !== undefined) return [literal];
  const { folder, glob } = splitPattern(path);
  if (glob === "") return [];
  const passed = new Set<string>();
  const real = realFolder(tree, folder, passed);
  if (real === undefined) return [];
  const found = matchesUnder(tree, real, glob);
  if (found.length > 0) for (const link of passed) through.add(link);
  return found;
}

function literally(tree: Tree, path: string, through: Set<string>): number | undefined {
  const passed = new Set<string>();
  const folder = realFolder(tree, parentOf(path), passed);
  if (folder === undefined) return undefined;
  const real = folder === "" ? nameOf(path) : `${folder}/${nameOf(path)}`;
  if (!tree.get(real)) return undefined;
  for (const link of passed) through.add(link);
  return lowerBound(tree.entries, real);
}

function matchesUnder(tree: Tree, folder: string, glob: string): number[] {
  const [from, to] = rangeUnder(tree.entries, folder);
  const skipped = folder === "" ? 0 : folder.length + 1;
  const expression = picomatch.makeRe(glob, rules);
  const found: number[] = [];
  for (let at = from; at < to; at++) {
    const entry = tree.entries[at];
    if (entry && expression.test(entry.path.slice(skipped))) found.push(at);
  }
  return found;
}
