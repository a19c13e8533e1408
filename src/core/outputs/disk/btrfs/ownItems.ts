import { type ChunkFacts, chunkRecord, deviceRecord } from "./chunkRecords.ts";
import type { Chunks } from "./chunks.ts";
import { inodeKey, nameHash } from "./folderItems.ts";
import {
  firstChunkObject,
  generation,
  type Item,
  item,
  keys,
  rootFolder,
  sectorBytes,
  trees,
  uuidBytes,
} from "./format.ts";
import type { BtrfsIdentity, OwnedTree } from "./layout.ts";
import { dirItemRecord, inodeRecord, inodeRefRecord, rootRecord } from "./records.ts";

const folderType = 2;
const last = -1n;

/** The tree of roots: where every other tree begins, and which is mounted by default. */
export function rootItems(
  owned: readonly OwnedTree[],
  nodeBytes: number,
  identity: BtrfsIdentity,
): readonly Item[] {
  const roots = owned
    .filter(({ owner }) => owner !== trees.root && owner !== trees.chunk)
    .map(({ owner, nodes }) => {
      const isFiles = owner === trees.files;
      const facts = {
        ...{ generation, nodeBytes, clock: identity.clock },
        ...{ at: nodes.at(-1)?.at ?? 0, level: nodes.at(-1)?.level ?? 0, stored: nodes.length * nodeBytes },
        folder: isFiles || owner === trees.relocation ? rootFolder : 0n,
        uuid: isFiles ? uuidBytes(identity.files) : undefined,
      };
      return item(owner, keys.root, 0n, rootRecord(facts));
    });
  const name = Buffer.from("default");
  const location = { objectid: trees.files, type: keys.root, offset: last };
  const items = [
    ...roots,
    item(trees.files, keys.inodeRef, trees.directory, inodeRefRecord(0, name)),
    folderInode(trees.directory, nodeBytes, identity),
    item(trees.directory, keys.inodeRef, trees.directory, inodeRefRecord(0, Buffer.from(".."))),
    item(trees.directory, keys.dirItem, nameHash(name), dirItemRecord(location, folderType, name, 0n)),
  ];
  const order = (objectid: bigint): bigint => BigInt.asUintN(64, objectid);
  return items.sort(({ key: a }, { key: b }) =>
    a.objectid === b.objectid ? a.type - b.type : order(a.objectid) < order(b.objectid) ? -1 : 1,
  );
}

/** The folder that balancing works in. */
export function relocationItems(identity: BtrfsIdentity): readonly Item[] {
  return [
    folderInode(rootFolder, 0, identity),
    item(rootFolder, keys.inodeRef, rootFolder, inodeRefRecord(0, Buffer.from(".."))),
  ];
}

function folderInode(number: bigint, stored: number, { clock }: BtrfsIdentity): Item {
  const owner = { uid: 0, gid: 0, mode: 0o040755, device: 0n, mtime: clock, clock };
  const { objectid, type, offset } = inodeKey(number);
  return item(objectid, type, offset, inodeRecord({ generation, size: 0, stored, links: 1, ...owner }));
}

export function uuidItems(identity: BtrfsIdentity): readonly Item[] {
  const uuid = uuidBytes(identity.files);
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(trees.files);
  return [item(uuid.readBigUInt64LE(0), keys.uuidSubvolume, uuid.readBigUInt64LE(8), number)];
}

export function chunkItems({ chunks, bytes }: Chunks, identity: BtrfsIdentity): readonly Item[] {
  const device = uuidBytes(identity.device);
  return [
    item(1n, keys.device, 1n, ownDevice(chunks, bytes, identity)),
    ...chunks.map(chunk =>
      item(firstChunkObject, keys.chunk, BigInt(chunk.start), chunkRecord(chunk, sectorBytes, device)),
    ),
  ];
}

export function ownDevice(chunks: readonly ChunkFacts[], bytes: number, identity: BtrfsIdentity): Buffer {
  const used = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  const names = { uuid: uuidBytes(identity.device), fileSystem: uuidBytes(identity.fileSystem) };
  return deviceRecord({ bytes, used, ...names }, sectorBytes);
}

/** What chunks take of the device. */
export function deviceItems(chunks: readonly ChunkFacts[], identity: BtrfsIdentity): readonly Item[] {
  return chunks.map(({ start, bytes }) => {
    const record = Buffer.alloc(48);
    record.writeBigUInt64LE(trees.chunk, 0);
    record.writeBigUInt64LE(firstChunkObject, 8);
    record.writeBigUInt64LE(BigInt(start), 16);
    record.writeBigUInt64LE(BigInt(bytes), 24);
    uuidBytes(identity.chunkTree).copy(record, 32);
    return item(1n, keys.deviceExtent, BigInt(start), record);
  });
}
