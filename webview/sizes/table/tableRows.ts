import type { SizeNode } from "../model/sizeTree.ts";
import type { ShownBuild } from "../store.ts";

export const columns = ["name", "bytes", "share", "stage", "files"] as const;
export type Column = (typeof columns)[number];

export interface Sorting {
  readonly by: Column;
  readonly isDescending: boolean;
}

/** The entries of the open folder as the table lists them. */
export function tableRows(shown: ShownBuild, onlyMatches: boolean, sorting: Sorting): SizeNode[] {
  const { folder, matches, rows } = shown;
  const nodes = (folder.children ?? []).filter(
    node => !onlyMatches || !matches || matches.counts[node.id] !== 0,
  );
  const names = new Map(rows.map(row => [row.stage, row.name]));
  const stageName = (node: SizeNode) => names.get(node.stage) ?? "";
  const byName = (a: SizeNode, b: SizeNode) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const compare: Record<Column, (a: SizeNode, b: SizeNode) => number> = {
    name: byName,
    bytes: (a, b) => a.bytes - b.bytes,
    share: (a, b) => a.bytes - b.bytes,
    stage: (a, b) => (stageName(a) < stageName(b) ? -1 : stageName(a) > stageName(b) ? 1 : 0),
    files: (a, b) => a.files - b.files,
  };
  const direction = sorting.isDescending ? -1 : 1;
  return nodes.sort((a, b) => direction * compare[sorting.by](a, b) || byName(a, b));
}
