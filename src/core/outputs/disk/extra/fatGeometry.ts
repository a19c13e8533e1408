/** Where things lie in a FAT file system, in bytes. */
export interface FatGeometry {
  readonly bits: 12 | 16 | 32;
  readonly clusterBytes: number;
  readonly clusters: number;
  /** Of the one table. */
  readonly table: number;
  /** Of cluster 2, the first. */
  readonly data: number;
  /** Of the root folder where it lies in no cluster; its size. */
  readonly root: number;
  readonly rootBytes: number;
  /** The sectors of a FAT32 that count what is free; empty for others. */
  readonly counts: readonly number[];
}

/** A boot sector as mformat writes it. Source: Microsoft's "FAT: General Overview of On-Disk Format". */
export function fatGeometry(boot: Buffer): FatGeometry {
  const sector = boot.readUInt16LE(11);
  const clusterBytes = boot.readUInt8(13) * sector;
  const table = boot.readUInt16LE(14) * sector;
  const rootBytes = boot.readUInt16LE(17) * 32;
  const tableBytes = (boot.readUInt16LE(22) || boot.readUInt32LE(36)) * sector;
  const sectors = boot.readUInt16LE(19) || boot.readUInt32LE(32);
  const root = table + tableBytes * boot.readUInt8(16);
  const data = root + rootBytes;
  const clusters = Math.floor((sectors * sector - data) / clusterBytes);
  const bits = rootBytes === 0 ? 32 : clusters < 4085 ? 12 : 16;
  const count = boot.readUInt16LE(48);
  const counts = bits === 32 ? [count, count + boot.readUInt16LE(50)].map(each => each * sector) : [];
  return { bits, clusterBytes, clusters, table, data, root, rootBytes, counts };
}

/** The beginning of a table in which each item's clusters follow one another, from cluster 2 on. */
export function fatTable(bits: 12 | 16 | 32, head: Buffer, lengths: readonly number[]): Buffer {
  const clusters = lengths.reduce((sum, each) => sum + each, 0);
  const table = Buffer.alloc(Math.ceil(((clusters + 2) * bits) / 8));
  head.copy(table, 0, 0, Math.ceil((2 * bits) / 8));
  const end = { 12: 0xfff, 16: 0xffff, 32: 0x0fffffff }[bits];
  let cluster = 2;
  for (const length of lengths)
    for (let left = length; left > 0; left--, cluster++) set(cluster, left === 1 ? end : cluster + 1);
  return table;

  function set(at: number, value: number): void {
    if (bits === 32) table.writeUInt32LE(value, at * 4);
    else if (bits === 16) table.writeUInt16LE(value, at * 2);
    else {
      const place = Math.floor(at * 1.5);
      const odd = at % 2 === 1;
      table[place] = odd ? ((table[place] ?? 0) & 0x0f) | ((value & 0x0f) << 4) : value & 0xff;
      table[place + 1] = odd ? value >> 4 : ((table[place + 1] ?? 0) & 0xf0) | (value >> 8);
    }
  }
}
