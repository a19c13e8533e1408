import { noStage } from "../../../src/shared/protocol/entryColumns.ts";
import type { SizeNode } from "./sizeTree.ts";

/** Adds each node to its parent, and says which stage has most of a folder. Row 0 of the result is the root's. */
export function sumUp(nodes: readonly SizeNode[], stageCount: number): Float64Array {
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
