import { packEntries } from "../../../src/shared/protocol/entryColumns.ts";
import type { SizeEntry } from "../../../src/shared/report.ts";
import { buildSizeTree, type SizeTree } from "../../../webview/sizes/model/sizeTree.ts";

/** A tree of files given as path → [bytes, stage]. */
export function treeOf(files: Record<string, readonly [bytes: number, stage?: string]>): SizeTree {
  const stages = ["base", "kernel"];
  const entries = Object.entries(files).map(
    ([path, [bytes, stage = "base"]]): SizeEntry => ({ path, type: "file", bytes, stage }),
  );
  return buildSizeTree(packEntries(entries, stages), { stages: stages.length, packages: 0 });
}

/** `count` files in folders of 25, with sizes like those of a root file system; the same ones every time. */
export function manyFiles(count: number): SizeEntry[] {
  let seed = 42;
  const random = () => {
    seed = (seed * 1664525 + 1013904223) % 2 ** 32;
    return seed / 2 ** 32;
  };
  const pad = (number: number) => String(number).padStart(5, "0");
  return Array.from({ length: count }, (_, at): SizeEntry => {
    const folder = Math.floor(at / 25);
    return {
      path: `/usr/d${pad(Math.floor(folder / 80))}/e${pad(folder)}/file${pad(at)}.so`,
      type: "file",
      bytes: Math.floor(2 ** (random() * 18)),
      stage: at % 3 === 0 ? "base" : "kernel",
    };
  });
}
