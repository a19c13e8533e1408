import type { SizeNode, SizeTree } from "./sizeTree.ts";

export interface Filter {
  /**
   * Words that all have to occur in the path or in the package's name, in any case; `*` and `?` stand for any
   * characters and any one.
   */
  readonly query: string;
  /** Only entries of this stage; `noStage` = those without a known one. */
  readonly stage?: number | undefined;
  /** Only entries of this package; `noPackage` = those of none. */
  readonly package?: number | undefined;
  /** By package: its name. */
  readonly labels?: readonly string[];
}

/** What a filter lets through. */
export interface Matches {
  /** By node id: bytes of the matching entries at and below the node. */
  readonly bytes: Float64Array;
  /** By node id: matching entries at and below the node. */
  readonly counts: Uint32Array;
}

/** Undefined when the filter lets everything through. */
export function matchTree(tree: SizeTree, filter: Filter): Matches | undefined {
  const { stage, package: owner, labels = [] } = filter;
  const words = filter.query.split(/\s+/).filter(word => word !== "");
  if (words.length === 0 && stage === undefined && owner === undefined) return undefined;
  const patterns = words.map(wordPattern).map(pattern => ({
    pattern,
    owners: new Set(labels.flatMap((label, at) => (pattern.test(label) ? at : []))),
  }));
  const bytes = new Float64Array(tree.nodes.length);
  const counts = new Uint32Array(tree.nodes.length);
  for (let at = tree.nodes.length - 1; at > 0; at--) {
    const node = tree.nodes[at] as SizeNode;
    if (
      !node.children &&
      (stage === undefined || node.stage === stage) &&
      (owner === undefined || node.package === owner) &&
      patterns.every(({ pattern, owners }) => owners.has(node.package) || pattern.test(node.path))
    ) {
      bytes[at] = node.bytes;
      counts[at] = 1;
    }
    const parent = node.parent?.id ?? 0;
    bytes[parent] = (bytes[parent] ?? 0) + (bytes[at] ?? 0);
    counts[parent] = (counts[parent] ?? 0) + (counts[at] ?? 0);
  }
  return { bytes, counts };
}

function wordPattern(word: string): RegExp {
  const source = word
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(source, "iu");
}
