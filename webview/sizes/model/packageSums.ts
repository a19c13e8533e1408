import { noPackage } from "../../../src/shared/protocol/entryColumns.ts";
import type { SizeNode } from "./sizeTree.ts";

/**
 * Says which package has most of each folder. There can be hundreds of packages and thousands of folders, of which
 * nearly all hold files of one or two: so each folder counts only those that it holds.
 */
export function settlePackages(nodes: readonly SizeNode[]): void {
  const sums = new Map<SizeNode, Map<number, number>>();
  for (let at = nodes.length - 1; at > 0; at--) {
    const node = nodes[at] as SizeNode;
    const own = sums.get(node);
    if (own && node.bytes > 0) node.package = biggest(own);
    if (!node.parent || node.bytes === 0) continue;
    const above = sumsOf(sums, node.parent);
    if (own) for (const [owner, bytes] of own) addTo(above, owner, bytes);
    else addTo(above, node.package, node.bytes);
  }
  const [root] = nodes;
  const all = root && sums.get(root);
  if (root && all) root.package = biggest(all);
}

function sumsOf(sums: Map<SizeNode, Map<number, number>>, node: SizeNode): Map<number, number> {
  const known = sums.get(node);
  if (known) return known;
  const made = new Map<number, number>();
  sums.set(node, made);
  return made;
}

function addTo(sums: Map<number, number>, owner: number, bytes: number): void {
  sums.set(owner, (sums.get(owner) ?? 0) + bytes);
}

/** Of equal ones the first in the list of packages, so that the same image always looks the same. */
function biggest(sums: ReadonlyMap<number, number>): number {
  let best = noPackage;
  let most = 0;
  for (const [owner, bytes] of sums) {
    if (bytes < most || (bytes === most && owner > best)) continue;
    best = owner;
    most = bytes;
  }
  return best;
}
