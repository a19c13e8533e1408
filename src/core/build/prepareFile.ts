import { lstat, rename, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { copySparse } from "./copySparse.ts";
import { type BuildRecord, isAsMade, type RecordedFile } from "./lastBuild.ts";
import type { FinishedFile } from "./outputWork.ts";
import type { PlannedOutput } from "./plan.ts";
import type { TempFolder } from "./tempFolder.ts";

/** A file one rename away from its place. */
export interface PreparedFile {
  readonly file: RecordedFile;
  /** What to move into place; absent when the same file is there already. */
  readonly from: string | undefined;
  /** The same for the file with its sha256. */
  readonly checksumFrom: string | undefined;
}

export interface Destination {
  readonly output: PlannedOutput;
  /** All outputs of the recipe. */
  readonly others: readonly PlannedOutput[];
  readonly record: BuildRecord;
  readonly outDir: string;
  /** On the file system of the out folder. */
  readonly temp: TempFolder;
  readonly signal: AbortSignal;
}

/**
 * Brings a finished file to the file system of the out folder.
 * @throws Failure `output-clash` when another output of the recipe made a different file of that name.
 */
export async function prepareFile(finished: FinishedFile, to: Destination): Promise<PreparedFile> {
  const { path, movable, ...file } = finished;
  if (path === join(to.outDir, file.fileName)) return { file, from: undefined, checksumFrom: undefined };
  const shared = sharedFile(file, to);
  if (shared) {
    const { mtimeNs, checksum } = shared;
    if (checksum && isAsMade(to.outDir, checksum)) {
      return { file: { ...file, mtimeNs, checksum }, from: undefined, checksumFrom: undefined };
    }
    return withChecksum({ ...file, mtimeNs }, undefined, to.temp);
  }
  const from = to.temp.file();
  if (movable && (await moved(path, from))) return withChecksum(file, from, to.temp);
  await copySparse(path, from, to.signal);
  await utimes(from, new Date(), new Date());
  const { mtimeNs } = await lstat(from, { bigint: true });
  return withChecksum({ ...file, mtimeNs: String(mtimeNs) }, from, to.temp);
}

/** Writes the file that `sha256sum -c` reads. */
async function withChecksum(
  file: RecordedFile,
  from: string | undefined,
  temp: TempFolder,
): Promise<PreparedFile> {
  const checksumFrom = temp.file();
  await writeFile(checksumFrom, `${file.sha256}  ${file.fileName}\n`);
  const { size, mtimeNs } = await lstat(checksumFrom, { bigint: true });
  const checksum = { fileName: `${file.fileName}.sha256`, size: Number(size), mtimeNs: String(mtimeNs) };
  return { file: { ...file, checksum }, from, checksumFrom };
}

// Two outputs may need one kernel; they share it.
function sharedFile(
  file: RecordedFile,
  { output, others, record, outDir }: Destination,
): RecordedFile | undefined {
  for (const other of others) {
    const theirs = record.outputs[other.name];
    if (other.name === output.name || theirs?.key !== other.key) continue;
    const same = theirs.files.find(each => each.fileName === file.fileName);
    if (!same || !isAsMade(outDir, same)) continue;
    if (same.sha256 === file.sha256) return same;
    throw new Failure(
      "output-clash",
      `The outputs ${other.name} and ${output.name} both make ${file.fileName}.`,
      {
        range: output.range,
        advice: "Give one of them another name.",
      },
    );
  }
  return undefined;
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EXDEV") return false;
    throw error;
  }
}
