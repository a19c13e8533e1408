import { checksum } from "./checksum.ts";
import { chunkRecord } from "./chunkRecords.ts";
import type { Division } from "./chunks.ts";
import {
  compatibleReadOnly,
  firstChunkObject,
  generation,
  incompatible,
  keys,
  sectorBytes,
  superAt,
  superCopies,
  trees,
  uuidBytes,
  writeKey,
} from "./format.ts";
import type { BtrfsIdentity, Layout } from "./layout.ts";
import { ownDevice } from "./ownItems.ts";

const superBytes = 4096;

/** The superblock and its copies, with the place of each. */
export function superblocks(
  layout: Layout,
  { mixed, nodeBytes }: Division,
  identity: BtrfsIdentity,
): readonly { readonly at: number; readonly bytes: Buffer }[] {
  const block = Buffer.alloc(superBytes);
  const rootOf = (owner: bigint) => layout.trees.find(each => each.owner === owner)?.nodes.at(-1);
  const { root, chunk } = { root: rootOf(trees.root), chunk: rootOf(trees.chunk) };
  if (!root || !chunk) throw new Error("A tree is missing.");
  uuidBytes(identity.fileSystem).copy(block, 32);
  block.writeBigUInt64LE(1n, 56);
  block.write("_BHRfS_M", 64, "latin1");
  const { mixedBackref, mixedGroups, extendedRefs, skinnyMetadata, noHoles } = incompatible;
  const numbers: readonly (readonly [number, bigint | number])[] = [
    [72, generation],
    [80, root.at],
    [88, chunk.at],
    [112, layout.bytes],
    [120, layout.used],
    [128, trees.directory],
    [136, 1],
    [164, generation],
    [180, compatibleReadOnly],
    [188, mixedBackref | extendedRefs | skinnyMetadata | noHoles | (mixed ? mixedGroups : 0n)],
    // Says that the tree of uuids is right.
    [563, generation],
  ];
  for (const [at, value] of numbers) block.writeBigUInt64LE(BigInt(value), at);
  const sizes = [sectorBytes, nodeBytes, nodeBytes, sectorBytes];
  for (const [index, bytes] of sizes.entries()) block.writeUInt32LE(bytes, 144 + 4 * index);
  block.writeUInt8(root.level, 198);
  block.writeUInt8(chunk.level, 199);
  ownDevice(layout.chunks, layout.bytes, identity).copy(block, 201);
  block.write(identity.label, 299, "utf8");
  const [system] = layout.chunks;
  if (!system) throw new Error("There is no chunk.");
  const record = chunkRecord(system, sectorBytes, uuidBytes(identity.device));
  block.writeUInt32LE(17 + record.length, 160);
  writeKey(block, 811, { objectid: firstChunkObject, type: keys.chunk, offset: BigInt(system.start) });
  record.copy(block, 811 + 17);
  return [superAt, ...superCopies.filter(at => at + superBytes <= layout.bytes)].map(at => {
    const bytes = Buffer.from(block);
    bytes.writeBigUInt64LE(BigInt(at), 48);
    bytes.writeUInt32LE(checksum(bytes, 32), 0);
    return { at, bytes };
  });
}
