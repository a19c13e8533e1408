import type { PackageSize, SizeEntry, SizesReport } from "../../shared/report.ts";
import type { Tree } from "../tree/tree.ts";
import { noOwner, type Owners } from "./owners.ts";

/**
 * What lies in a tree, which stage put it there, and which package it belongs to.
 * @param stageNames by position in the stack
 */
export function sizesOf(tree: Tree, stageNames: readonly string[], owners: Owners): SizesReport {
  let totalBytes = 0;
  let files = 0;
  const sums = owners.packages.map(() => ({ bytes: 0, files: 0 }));
  const entries = tree.entries.map((entry, at): SizeEntry => {
    const counts = entry.type === "file" && entry.hardLink === undefined;
    const bytes = counts ? entry.size : 0;
    totalBytes += bytes;
    if (counts) files++;
    const owner = owners.ofEntry[at] ?? noOwner;
    const sum = sums[owner];
    if (sum && counts) {
      sum.bytes += bytes;
      sum.files++;
    }
    const label = owners.packages[owner]?.label;
    const base = { path: `/${entry.path}`, type: entry.type, bytes, stage: stageNames[entry.stage] ?? "" };
    return label === undefined ? base : { ...base, package: label };
  });
  const packages = owners.packages.map(({ label, name, version, arch, type }, at): PackageSize => {
    const { bytes = 0, files: count = 0 } = sums[at] ?? {};
    return { label, name, version, ...(arch === undefined ? {} : { arch }), type, bytes, files: count };
  });
  packages.sort((a, b) => b.bytes - a.bytes || (a.label < b.label ? -1 : 1));
  return { result: "sizes", totalBytes, files, packages, entries };
}
