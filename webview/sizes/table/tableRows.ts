import type { SizeNode } from "../model/sizeTree.ts";
import { packageOf, stageOf } from "../shownBuild.ts";
import type { ShownBuild } from "../store.ts";

export const columns = ["name", "bytes", "share", "group", "files"] as const;
export type Column = (typeof columns)[number];

export interface Sorting {
  readonly by: Column;
  readonly isDescending: boolean;
}

/** What the column of groups tells: a list of packages need not name them twice. */
export function groupColumn({ colours, arrangement }: ShownBuild): "stage" | "package" {
  return arrangement === "packages" ? "stage" : colours;
}

/** Name of the stage or package that an entry of the table stands under. */
export function groupName(node: SizeNode, shown: ShownBuild): string {
  const name = groupColumn(shown) === "stage" ? stageOf(node, shown)?.name : packageOf(node, shown)?.label;
  return name ?? "";
}

/** The entries of the open folder as the table lists them. */
export function tableRows(shown: ShownBuild, onlyMatches: boolean, sorting: Sorting): SizeNode[] {
  const { folder, matches } = shown;
  const nodes = (folder.children ?? []).filter(
    node => !onlyMatches || !matches || matches.counts[node.id] !== 0,
  );
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const byName = (a: SizeNode, b: SizeNode) => byText(a.name, b.name);
  const names =
    sorting.by === "group" ? new Map(nodes.map(node => [node, groupName(node, shown)])) : undefined;
  const compare: Record<Column, (a: SizeNode, b: SizeNode) => number> = {
    name: byName,
    bytes: (a, b) => a.bytes - b.bytes,
    share: (a, b) => a.bytes - b.bytes,
    group: (a, b) => byText(names?.get(a) ?? "", names?.get(b) ?? ""),
    files: (a, b) => a.files - b.files,
  };
  const direction = sorting.isDescending ? -1 : 1;
  return nodes.sort((a, b) => direction * compare[sorting.by](a, b) || byName(a, b));
}
