import {
  type EntryColumns,
  entryTypes,
  noStage,
  unpackPaths,
} from "../../../src/shared/protocol/entryColumns.ts";
import type { SizeEntry } from "../../../src/shared/report.ts";

/** A file or folder of the image with all that lies below it. */
export interface SizeNode {
  /** Position in `SizeTree.nodes`. */
  readonly id: number;
  /** Last part of the path; "/" for the root. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  readonly type: SizeEntry["type"];
  readonly parent: SizeNode | undefined;
  /** Biggest first, then by name; undefined for what is no folder. */
  readonly children: SizeNode[] | undefined;
  /** Its own bytes and those of everything below. */
  bytes: number;
  /** Regular files: 1 for a file, for a folder all below. */
  files: number;
  /** Stage that the entry (of a folder: most bytes below) comes from; `noStage` when not known. */
  stage: number;
}

export interface SizeTree {
  readonly root: SizeNode;
  /** Every node, parents before their children. */
  readonly nodes: readonly SizeNode[];
  /** Bytes by stage; the last place holds those without a known stage. Sums up to `root.bytes`. */
  readonly stageBytes: Float64Array;
  find(path: string): SizeNode | undefined;
}

/** Builds the tree of an image from its entries, once for each build; folders without an entry are added. */
export function buildSizeTree(columns: EntryColumns, stageCount: number): SizeTree {
  const nodes = makeNodes(columns, stageCount);
  const sums = sumUp(nodes, stageCount);
  for (const { children } of nodes) if (children && children.length > 1) children.sort(biggestFirst);
  const [root] = nodes as [SizeNode];
  let byPath: Map<string, SizeNode> | undefined;
  return {
    root,
    nodes,
    stageBytes: sums.subarray(0, stageCount + 1),
    find(path) {
      byPath ??= new Map(nodes.map(node => [node.path, node]));
      return byPath.get(path);
    },
  };
}

function makeNodes(columns: EntryColumns, stageCount: number): SizeNode[] {
  const root = newNode(0, "/", "/", "directory", undefined, noStage);
  const nodes = [root];
  const folders = new Map([["", root]]);
  // Entries come sorted by path, so most have the same parent as the one before.
  let lastParent = root;
  let lastParentPath = "";

  const folderAt = (path: string): SizeNode => {
    const known = folders.get(path);
    if (known) return known;
    const slash = path.lastIndexOf("/");
    return add(folderAt(path.slice(0, slash)), path, slash, "directory", noStage);
  };
  const add = (parent: SizeNode, path: string, slash: number, type: SizeEntry["type"], stage: number) => {
    const node = newNode(nodes.length, path.slice(slash + 1), path, type, parent, stage);
    nodes.push(node);
    parent.children?.push(node);
    if (type === "directory") folders.set(path, node);
    return node;
  };

  unpackPaths(columns).forEach((path, at) => {
    const type = entryTypes[columns.types[at] ?? 0] ?? "file";
    if (path === "/" || path === "" || (type === "directory" && folders.has(path))) return;
    const slash = path.lastIndexOf("/");
    const parentPath = path.slice(0, slash);
    if (parentPath !== lastParentPath) {
      lastParent = folderAt(parentPath);
      lastParentPath = parentPath;
    }
    const stage = columns.stages[at] ?? noStage;
    const node = add(lastParent, path, slash, type, stage < stageCount ? stage : noStage);
    node.bytes = columns.bytes[at] ?? 0;
  });
  return nodes;
}

function newNode(
  id: number,
  name: string,
  path: string,
  type: SizeEntry["type"],
  parent: SizeNode | undefined,
  stage: number,
): SizeNode {
  const children = type === "directory" ? [] : undefined;
  return { id, name, path, type, parent, children, bytes: 0, files: type === "file" ? 1 : 0, stage };
}

/** Adds each node to its parent, and says which stage has most of a folder. Row 0 of the result is the root's. */
function sumUp(nodes: readonly SizeNode[], stageCount: number): Float64Array {
  const width = stageCount + 1;
  const rows = new Map<SizeNode, Float64Array>();
  const folders = nodes.filter(node => node.children);
  const sums = new Float64Array(folders.length * width);
  folders.forEach((node, at) => {
    rows.set(node, sums.subarray(at * width, (at + 1) * width));
  });
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at] as SizeNode;
    const row = rows.get(node);
    if (row && node.bytes > 0) node.stage = biggest(row, stageCount);
    if (!node.parent) continue;
    node.parent.bytes += node.bytes;
    node.parent.files += node.files;
    const above = rows.get(node.parent);
    if (!above) continue;
    if (row) addTo(above, row);
    else
      above[Math.min(node.stage, stageCount)] = (above[Math.min(node.stage, stageCount)] ?? 0) + node.bytes;
  }
  return sums;
}

function addTo(sums: Float64Array, more: Float64Array): void {
  for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] ?? 0) + (more[at] ?? 0);
}

function biggest(sums: Float64Array, stageCount: number): number {
  let best = 0;
  for (let stage = 1; stage < sums.length; stage++) if ((sums[stage] ?? 0) > (sums[best] ?? 0)) best = stage;
  return best === stageCount ? noStage : best;
}

function biggestFirst(a: SizeNode, b: SizeNode): number {
  return b.bytes - a.bytes || (a.name < b.name ? -1 : 1);
}
