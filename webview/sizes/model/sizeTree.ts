import {
  type EntryColumns,
  entryTypes,
  noPackage,
  noStage,
  unpackPaths,
} from "../../../src/shared/protocol/entryColumns.ts";
import type { SizeEntry } from "../../../src/shared/report.ts";
import { settlePackages } from "./packageSums.ts";
import { sumUp } from "./stageSums.ts";

/** A file or folder of the image with all that lies below it. */
export interface SizeNode {
  /** Position in `SizeTree.nodes`. */
  readonly id: number;
  /** Last part of the key; "/" for the root. */
  readonly name: string;
  /** Finds the node in its tree. Among folders: its path; among packages: the package, then the path. */
  readonly key: string;
  /** Absolute path in the image; "" for a package, which is no place in it. */
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
  /** Package that the entry (of a folder: most bytes below) belongs to; `noPackage` for none. */
  package: number;
}

export interface SizeTree {
  readonly root: SizeNode;
  /** Every node, parents before their children. */
  readonly nodes: readonly SizeNode[];
  /** Bytes by stage; the last place holds those without a known stage. Sums up to `root.bytes`. */
  readonly stageBytes: Float64Array;
  find(key: string): SizeNode | undefined;
  /** The node that lies at a path in the image. */
  at(path: string): SizeNode | undefined;
}

/** What a tree is built from besides the columns. */
export interface TreeShape {
  readonly stages: number;
  readonly packages: number;
  /** By entry: the key that says where it goes; undefined leaves the entry out. Default: its path. */
  readonly keys?: readonly (string | undefined)[];
  /** The path of the node with this key. Default: the key. */
  pathOf?(key: string): string;
}

/** Builds the tree of an image from its entries, once for each build; folders without an entry are added. */
export function buildSizeTree(columns: EntryColumns, shape: TreeShape): SizeTree {
  const nodes = makeNodes(columns, shape);
  const sums = sumUp(nodes, shape.stages);
  if (shape.packages > 0) settlePackages(nodes);
  for (const { children } of nodes) if (children && children.length > 1) children.sort(biggestFirst);
  const [root] = nodes as [SizeNode];
  let byKey: Map<string, SizeNode> | undefined;
  let byPath: Map<string, SizeNode> | undefined;
  return {
    root,
    nodes,
    stageBytes: sums.subarray(0, shape.stages + 1),
    find(key) {
      byKey ??= new Map(nodes.map(node => [node.key, node]));
      return byKey.get(key);
    },
    at(path) {
      // Of the folders that several packages have in common, the first is as good as any.
      byPath ??= new Map(nodes.toReversed().map(node => [node.path, node]));
      return byPath.get(path);
    },
  };
}

function makeNodes(columns: EntryColumns, { stages, packages, keys, pathOf }: TreeShape): SizeNode[] {
  const root = newNode({ id: 0, name: "/", key: "/", path: "/", type: "directory", parent: undefined });
  const nodes = [root];
  const folders = new Map([["", root]]);
  // Entries come sorted by path, so most have the same parent as the one before.
  let lastParent = root;
  let lastParentKey = "";

  const folderAt = (key: string): SizeNode => {
    const known = folders.get(key);
    if (known) return known;
    const slash = key.lastIndexOf("/");
    return add(folderAt(key.slice(0, slash)), key, slash, "directory");
  };
  const add = (parent: SizeNode, key: string, slash: number, type: SizeEntry["type"]) => {
    const place = { id: nodes.length, name: key.slice(slash + 1), key, path: pathOf ? pathOf(key) : key };
    const node = newNode({ ...place, type, parent });
    nodes.push(node);
    parent.children?.push(node);
    if (type === "directory") folders.set(key, node);
    return node;
  };

  (keys ?? unpackPaths(columns)).forEach((key, at) => {
    const type = entryTypes[columns.types[at] ?? 0] ?? "file";
    if (key === undefined || key === "/" || key === "" || (type === "directory" && folders.has(key))) return;
    const slash = key.lastIndexOf("/");
    const parentKey = key.slice(0, slash);
    if (parentKey !== lastParentKey) {
      lastParent = folderAt(parentKey);
      lastParentKey = parentKey;
    }
    const node = add(lastParent, key, slash, type);
    const stage = columns.stages[at] ?? noStage;
    const owner = columns.packages[at] ?? noPackage;
    node.stage = stage < stages ? stage : noStage;
    node.package = owner < packages ? owner : noPackage;
    node.bytes = columns.bytes[at] ?? 0;
  });
  return nodes;
}

function newNode(place: Pick<SizeNode, "id" | "name" | "key" | "path" | "type" | "parent">): SizeNode {
  const { type } = place;
  const children = type === "directory" ? [] : undefined;
  const files = type === "file" ? 1 : 0;
  return { ...place, children, bytes: 0, files, stage: noStage, package: noPackage };
}

function biggestFirst(a: SizeNode, b: SizeNode): number {
  return b.bytes - a.bytes || (a.name < b.name ? -1 : 1);
}
