import { join } from "node:path";
import { patternProblem, selectEntries } from "../../tree/globs.ts";
import { nearestPathAdvice } from "../../tree/nearestPath.ts";
import { parentOf } from "../../tree/path.ts";
import type { TreeEntry } from "../../tree/tree.ts";
import { stageTree } from "../disk/ext4/stageTree.ts";
import { located } from "../located.ts";
import type { OutputContext } from "../output.ts";
import type { IsoAttributes } from "./xorrisoScript.ts";

/**
 * The entries of the tree that lie on the ISO, with the folders they are in.
 * @param patterns as in `files`; undefined for everything
 * @param elsewhere whether an entry lies in the archive already; only asked without patterns
 * @throws Failure `bad-pattern`, `glob-matches-nothing`, located
 */
export function isoEntries(
  patterns: readonly string[] | undefined,
  elsewhere: (path: string) => boolean,
  context: OutputContext,
): readonly TreeEntry[] {
  const { tree } = context;
  const selected = patterns && selectedBy(patterns, context);
  const wanted = new Set<string>();
  // From the end: what is in a folder comes before the folder.
  for (let at = tree.entries.length - 1; at >= 0; at--) {
    const entry = tree.entries[at];
    if (!entry) continue;
    const chosen = selected ? selected[at] === 1 : !elsewhere(entry.path);
    if (chosen || wanted.has(entry.path)) wanted.add(entry.path).add(parentOf(entry.path));
  }
  return tree.entries.filter(entry => wanted.has(entry.path));
}

function selectedBy(patterns: readonly string[], { tree, fail }: OutputContext): Uint8Array {
  for (const [index, pattern] of patterns.entries()) {
    const problem = patternProblem(pattern);
    if (problem === undefined) continue;
    throw fail("bad-pattern", `The pattern ${JSON.stringify(pattern)} cannot be used: ${problem}.`, {
      at: ["files", index],
      advice: "Write absolute paths in the image, as in /boot/**.",
    });
  }
  const { selected, matches } = selectEntries(tree, patterns);
  const missed = matches.indexOf(0);
  if (missed < 0) return selected;
  const pattern = patterns[missed] ?? "";
  throw fail("glob-matches-nothing", `Nothing in the tree matches ${pattern}.`, {
    at: ["files", missed],
    advice: nearestPathAdvice(tree, pattern),
  });
}

/** Entries as plain files in a folder of this machine, and what these files cannot say of themselves. */
export async function stageEntries(
  entries: readonly TreeEntry[],
  context: OutputContext,
): Promise<{ readonly base: string; readonly attributes: readonly IsoAttributes[] }> {
  const { tree, signal } = context;
  const base = join(await context.scratch(), "tree");
  const kept = entries.filter(entry => ["file", "directory", "symlink"].includes(entry.type));
  const [lost] = entries.filter(entry => !kept.includes(entry));
  if (lost)
    context.warn(`The ISO holds no devices, pipes and sockets: /${lost.path} and any others are left out.`);
  const noted = kept.find(entry => Object.keys(entry.xattrs ?? {}).length > 0);
  if (noted)
    context.warn(
      `The ISO holds no extended attributes: those of /${noted.path} and any others are left out.`,
    );
  const total = kept.reduce((sum, entry) => sum + (entry.type === "file" ? entry.size : 0), 0);
  const onProgress = (bytes: number) => context.progress(bytes, total, "bytes");
  await located(context, () => stageTree({ ...tree, entries: kept }, base, { signal, onProgress }));
  return { base, attributes: kept };
}
