import type { ImageFile } from "../../../shared/inspection.ts";
import { cdSector } from "../../image/elTorito.ts";
import type { ImageBytes } from "../../image/imageBytes.ts";

const mostFiles = 10_000;
const mostFolders = 10_000;
const mostFolderBytes = 4 * 1024 * 1024;
// Of all folders; those of 10 000 files take some 2 MiB.
const mostBytes = 64 * 1024 * 1024;
const deepest = 32;
// As Linux bounds a path.
const mostPath = 4096;

export interface IsoFile extends ImageFile {
  /** Where its content begins, in bytes. */
  readonly start: number;
}

export interface IsoFiles {
  readonly files: readonly IsoFile[];
  /** True when there are more. */
  readonly cut: boolean;
  readonly hasRockRidge: boolean;
}

/**
 * The regular files of an ISO 9660 volume, by the names of Rock Ridge where it has them.
 * Source: ECMA-119, section 9.1, and IEEE P1282 (entry `NM`).
 * @param root its root directory's record, from the volume descriptor
 */
export async function isoFiles(bytes: ImageBytes, root: Buffer, signal: AbortSignal): Promise<IsoFiles> {
  const files: IsoFile[] = [];
  const folders: Folder[] = [{ path: "", depth: 0, start: startOf(root), length: root.readUInt32LE(10) }];
  // A folder that names one above it would never end.
  const seen = new Set<number>();
  let left = mostBytes;
  let hasRockRidge = false;
  let cut = false;
  for (let next = folders.shift(); next; next = folders.shift()) {
    signal.throwIfAborted();
    if (seen.has(next.start)) continue;
    seen.add(next.start);
    if (seen.size > mostFolders || left <= 0) return { files, cut: true, hasRockRidge };
    const content = await bytes.read(next.start, Math.min(next.length, mostFolderBytes, left));
    left -= content.length;
    for (const record of recordsOf(content)) {
      const name = nameOf(record);
      hasRockRidge ||= systemUse(record).some(({ mark }) => mark === "SP" || mark === "RR" || mark === "NM");
      if (name === undefined) continue;
      const path = `${next.path}/${name}`;
      const [start, length] = [startOf(record), record.readUInt32LE(10)];
      const isFolder = ((record[25] ?? 0) & 2) !== 0;
      const depth = next.depth + 1;
      if (path.length > mostPath || (isFolder && (depth > deepest || folders.length >= mostFolders)))
        cut = true;
      else if (isFolder) folders.push({ path, depth, start, length });
      else if (files.length >= mostFiles) return { files, cut: true, hasRockRidge };
      else files.push({ path, bytes: length, start });
    }
  }
  return { files, cut, hasRockRidge };
}

interface Folder {
  readonly path: string;
  readonly depth: number;
  readonly start: number;
  readonly length: number;
}

const startOf = (record: Buffer): number => record.readUInt32LE(2) * cdSector;

// No record crosses the end of a block; a length of 0 says that the next one begins in the next block.
function* recordsOf(folder: Buffer): Generator<Buffer> {
  for (let at = 0; at < folder.length; ) {
    const length = folder[at] ?? 0;
    if (length === 0) at = (Math.floor(at / cdSector) + 1) * cdSector;
    else {
      if (length >= 34 && at + length <= folder.length) yield folder.subarray(at, at + length);
      at += length;
    }
  }
}

/** Undefined for the folder itself and the one above. */
function nameOf(record: Buffer): string | undefined {
  const length = record[32] ?? 0;
  const plain = record.toString("latin1", 33, 33 + length);
  if (plain === "\0" || plain === "\x01") return undefined;
  const long = systemUse(record)
    .filter(({ mark }) => mark === "NM")
    .map(({ content }) => content.toString("utf8", 1))
    .join("");
  return long === "" ? plain.replace(/;\d+$/, "").replace(/\.$/, "") : long;
}

interface SystemUse {
  readonly mark: string;
  readonly content: Buffer;
}

function systemUse(record: Buffer): SystemUse[] {
  const length = record[32] ?? 0;
  const found: SystemUse[] = [];
  for (let at = 33 + length + (length % 2 === 0 ? 1 : 0); at + 4 <= record.length; ) {
    const size = record[at + 2] ?? 0;
    if (size < 4 || at + size > record.length) break;
    found.push({ mark: record.toString("latin1", at, at + 2), content: record.subarray(at + 4, at + size) });
    at += size;
  }
  return found;
}
