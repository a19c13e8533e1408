import type { Extent } from "./fileItems.ts";
import { checksumObject, headerBytes, type Item, item, itemHeadBytes, keys, sectorBytes } from "./format.ts";

export const sumBytes = 4;

/**
 * Items of the tree of checksums.
 * @param sums four bytes for each sector of the extents, in their order; the items show what it will hold
 */
export function checksumItems(extents: readonly Extent[], sums: Buffer, nodeBytes: number): readonly Item[] {
  const most = Math.floor((nodeBytes - headerBytes - 2 * itemHeadBytes) / sumBytes) - 1;
  const items: Item[] = [];
  let from = 0;
  for (const { at, sectors } of runsOf(extents)) {
    for (let done = 0; done < sectors; done += most) {
      const count = Math.min(most, sectors - done);
      const first = (from + done) * sumBytes;
      const data = sums.subarray(first, first + count * sumBytes);
      items.push(item(checksumObject, keys.checksum, BigInt(at + done * sectorBytes), data));
    }
    from += sectors;
  }
  return items;
}

/** Extents that lie one behind the other, as one. */
function runsOf(extents: readonly Extent[]): readonly { at: number; sectors: number }[] {
  const runs: { at: number; sectors: number }[] = [];
  for (const { at, length } of extents) {
    const last = runs.at(-1);
    if (last && last.at + last.sectors * sectorBytes === at) last.sectors += length / sectorBytes;
    else runs.push({ at, sectors: length / sectorBytes });
  }
  return runs;
}
