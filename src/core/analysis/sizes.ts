import type { SizeEntry, SizesReport } from "../../shared/report.ts";
import type { Tree } from "../tree/tree.ts";

/**
 * What lies in a tree and which stage put it there.
 * @param stageNames by position in the stack
 */
export function sizesOf(tree: Tree, stageNames: readonly string[]): SizesReport {
  let totalBytes = 0;
  let files = 0;
  const entries = tree.entries.map((entry): SizeEntry => {
    const counts = entry.type === "file" && entry.hardLink === undefined;
    const bytes = counts ? entry.size : 0;
    totalBytes += bytes;
    if (counts) files++;
    return { path: `/${entry.path}`, type: entry.type, bytes, stage: stageNames[entry.stage] ?? "" };
  });
  return { result: "sizes", totalBytes, files, entries };
}
