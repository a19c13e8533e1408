import type { ImageFile } from "../../../shared/inspection.ts";
import type { ImageBytes } from "../../image/imageBytes.ts";

const entryBytes = 32;
const deepest = 4;
const mostPrograms = 32;
const mostFolderBytes = 4 * 1024 * 1024;

/** How much may still be read of the FAT file systems of an image, all of them together. */
export interface FatBudget {
  folders: number;
  /** Of folders; many small ones cost as much as a few large ones. */
  clusters: number;
  /** Of folders. */
  bytes: number;
  readonly signal: AbortSignal;
}

export function fatBudget(signal: AbortSignal): FatBudget {
  return { folders: 256, clusters: 2048, bytes: 16 * 1024 * 1024, signal };
}

/**
 * The EFI programs (`*.efi`) on a FAT file system, with their paths and sizes. Short names only: firmware looks for
 * nothing else. Source: Microsoft's FAT specification, version 1.03.
 */
export async function efiPrograms(bytes: ImageBytes, budget: FatBudget): Promise<readonly ImageFile[]> {
  const boot = await bytes.read(0, 512);
  if (boot.length < 512) return [];
  const fat = layoutOf(boot);
  if (!fat) return [];
  const found: ImageFile[] = [];
  // A folder that holds itself would never end.
  const seen = new Set<number>();
  const visit = async (folder: Buffer, path: string, depth: number): Promise<void> => {
    for (const entry of entriesOf(folder)) {
      if (found.length >= mostPrograms) return;
      const own = `${path}/${entry.name}`;
      if (entry.isFolder && depth < deepest && !seen.has(entry.cluster) && budget.folders > 0) {
        seen.add(entry.cluster);
        budget.folders -= 1;
        await visit(await readChain(bytes, fat, entry.cluster, budget), own, depth + 1);
      } else if (!entry.isFolder && /\.efi$/i.test(entry.name)) {
        found.push({ path: own, bytes: entry.size });
      }
    }
  };
  const root =
    fat.bits === 32
      ? await readChain(bytes, fat, boot.readUInt32LE(0x2c), budget)
      : await bytes.read(fat.rootAt, fat.rootBytes);
  await visit(root, "", 0);
  return found;
}

interface FatLayout {
  readonly bits: 12 | 16 | 32;
  readonly tableAt: number;
  readonly rootAt: number;
  readonly rootBytes: number;
  readonly dataAt: number;
  readonly clusterBytes: number;
}

function layoutOf(boot: Buffer): FatLayout | undefined {
  const sector = boot.readUInt16LE(0x0b);
  const perCluster = boot.readUInt8(0x0d);
  if (![512, 1024, 2048, 4096].includes(sector) || perCluster === 0) return undefined;
  const sectors = boot.readUInt16LE(0x13) || boot.readUInt32LE(0x20);
  const perTable = boot.readUInt16LE(0x16) || boot.readUInt32LE(0x24);
  const tableAt = boot.readUInt16LE(0x0e) * sector;
  const rootAt = tableAt + boot.readUInt8(0x10) * perTable * sector;
  const rootBytes = boot.readUInt16LE(0x11) * entryBytes;
  const dataAt = rootAt + Math.ceil(rootBytes / sector) * sector;
  const clusters = Math.floor((sectors - dataAt / sector) / perCluster);
  return {
    bits: clusters < 4085 ? 12 : clusters < 65525 ? 16 : 32,
    tableAt,
    rootAt,
    rootBytes,
    dataAt,
    clusterBytes: perCluster * sector,
  };
}

/** A folder's content, as far as the budget allows; a chain that comes back to itself ends there. */
async function readChain(
  bytes: ImageBytes,
  fat: FatLayout,
  first: number,
  budget: FatBudget,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  const seen = new Set<number>();
  const last = fat.bits === 12 ? 0xff8 : fat.bits === 16 ? 0xfff8 : 0x0ffffff8;
  const most = Math.floor(mostFolderBytes / fat.clusterBytes);
  for (let cluster = first; cluster >= 2 && cluster < last && !seen.has(cluster) && seen.size < most; ) {
    budget.signal.throwIfAborted();
    if (budget.clusters <= 0 || budget.bytes < fat.clusterBytes) break;
    const part = await bytes.read(fat.dataAt + (cluster - 2) * fat.clusterBytes, fat.clusterBytes);
    if (part.length === 0) break;
    seen.add(cluster);
    budget.clusters -= 1;
    budget.bytes -= part.length;
    parts.push(part);
    cluster = await nextCluster(bytes, fat, cluster);
  }
  return Buffer.concat(parts);
}

async function nextCluster(bytes: ImageBytes, fat: FatLayout, cluster: number): Promise<number> {
  const at = fat.tableAt + Math.floor((cluster * fat.bits) / 8);
  const entry = await bytes.read(at, 4);
  if (entry.length < (fat.bits === 32 ? 4 : 2)) return 0;
  if (fat.bits === 32) return entry.readUInt32LE(0) & 0x0fffffff;
  const value = entry.readUInt16LE(0);
  if (fat.bits === 16) return value;
  return cluster % 2 === 1 ? value >> 4 : value & 0xfff;
}

interface FatEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly cluster: number;
  readonly size: number;
}

function* entriesOf(folder: Buffer): Generator<FatEntry> {
  for (let at = 0; at + entryBytes <= folder.length; at += entryBytes) {
    const first = folder[at] ?? 0;
    if (first === 0) return;
    const attributes = folder[at + 11] ?? 0;
    // Deleted; a part of a long name or the volume's label; the folder itself and the one above.
    if (first === 0xe5 || (attributes & 0x08) !== 0 || first === 0x2e) continue;
    const [base = "", extension = ""] = [
      folder.toString("latin1", at, at + 8).trimEnd(),
      folder.toString("latin1", at + 8, at + 11).trimEnd(),
    ];
    yield {
      name: extension === "" ? base : `${base}.${extension}`,
      isFolder: (attributes & 0x10) !== 0,
      cluster: folder.readUInt16LE(at + 20) * 65536 + folder.readUInt16LE(at + 26),
      size: folder.readUInt32LE(at + 28),
    };
  }
}
