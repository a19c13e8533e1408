import { rmdirSync } from "node:fs";
import { lstat, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import { sha256 } from "./digest.ts";
import {
  type BuildRecord,
  isAsMade,
  lastBuildFormat,
  lastBuildPath,
  madeFile,
  madeFiles,
  manifestFile,
  type RecordedManifest,
  type RecordedOutput,
  readRecord,
} from "./lastBuild.ts";
import { makeFolders } from "./makeFolders.ts";
import type { FinishedOutput } from "./outputWork.ts";
import type { PlannedOutput } from "./plan.ts";
import { prepareFile } from "./prepareFile.ts";
import { makeTempFolder, sweepTempFolders } from "./tempFolder.ts";
import { moveSynced } from "./writeSynced.ts";

/** The folder of the images while a build has it to itself. */
export interface OutFolder {
  readonly path: string;
  readonly record: BuildRecord;
  /** Puts the files of an output in place and removes those of its files that it no longer makes. */
  publish(
    output: PlannedOutput,
    finished: FinishedOutput,
    others: readonly PlannedOutput[],
  ): Promise<RecordedOutput>;
  /** Writes `manifest.json`, unless it says the same already. */
  writeManifest(text: string): Promise<RecordedManifest>;
  /** Records a finished build; outputs that the recipe no longer has go, with their files. */
  finish(last: BuildRecord["last"], outputs: readonly PlannedOutput[]): Promise<void>;
  /** Removes what is only there while building. */
  close(): Promise<void>;
}

/**
 * Opens the folder, making it if needed; the caller has the lock.
 * @throws Failure `out-unusable` when it cannot be written.
 */
export async function openOutFolder(path: string, signal: AbortSignal): Promise<OutFolder> {
  const own = join(path, ".whittle");
  const tempParent = join(own, "tmp");
  const { temp, firstMade } = await usable(path, async () => {
    const firstMade = makeFolders(own) ?? own;
    await sweepTempFolders(tempParent);
    return { temp: makeTempFolder(tempParent), firstMade };
  });
  let record = readRecord(path);
  let turn: Promise<unknown> = Promise.resolve();
  // One after the other: each leaves a record that is true at that moment.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(() => usable(path, work));
    turn = result.catch(() => undefined);
    return result;
  };
  const write = async (next: BuildRecord): Promise<void> => {
    const file = temp.file();
    await writeFile(file, JSON.stringify({ format: lastBuildFormat, ...next }));
    await rename(file, lastBuildPath(path));
    record = next;
  };
  const clean = async (next: BuildRecord): Promise<void> => {
    const files = [
      ...Object.values(next.outputs).flatMap(each => each.files.flatMap(madeFiles)),
      ...(next.manifest ? [madeFile(next.manifest)] : []),
    ];
    const kept = new Set(files.map(file => file.fileName));
    for (const file of record.made) {
      if (!kept.has(file.fileName) && isAsMade(path, file))
        await rm(join(path, file.fileName), { force: true });
    }
    await write({ ...next, made: files });
  };
  return {
    path,
    get record() {
      return record;
    },
    publish: (output, finished, others) =>
      inTurn(async () => {
        const steps = [];
        for (const file of finished.files)
          steps.push(await prepareFile(file, { output, others, record, outDir: path, temp, signal }));
        // First the record says which files are ours, then they appear: killed in between, none is forgotten.
        await write({ ...record, made: [...record.made, ...steps.flatMap(step => madeFiles(step.file))] });
        signal.throwIfAborted();
        for (const { from, checksumFrom, file } of steps) {
          if (from) await moveSynced(from, join(path, file.fileName));
          if (checksumFrom && file.checksum)
            await moveSynced(checksumFrom, join(path, file.checksum.fileName));
        }
        const { kind, key, name } = output;
        const made = { kind, key, files: steps.map(step => step.file), warnings: finished.warnings };
        await clean({ ...record, outputs: { ...record.outputs, [name]: made } });
        return made;
      }),
    writeManifest: text =>
      inTurn(async () => {
        const known = record.manifest;
        const digest = sha256(text);
        if (known?.sha256 === digest && isAsMade(path, known)) return known;
        const from = temp.file();
        await writeFile(from, text);
        const { size, mtimeNs } = await lstat(from, { bigint: true });
        const file = { fileName: manifestFile, size: Number(size), mtimeNs: String(mtimeNs) } as const;
        await write({ ...record, made: [...record.made, file] });
        await moveSynced(from, join(path, manifestFile));
        const manifest = { ...file, sha256: digest };
        await write({ ...record, manifest });
        return manifest;
      }),
    finish: (last, outputs) =>
      inTurn(() => {
        const names = new Set(outputs.map(each => each.name));
        const kept = Object.entries(record.outputs).filter(([name]) => names.has(name));
        return clean({ ...record, outputs: Object.fromEntries(kept), ...(last ? { last } : {}) });
      }),
    async close() {
      await temp.remove();
      removeEmpty(tempParent, firstMade);
    },
  };
}

async function usable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code = "", syscall } = error as NodeJS.ErrnoException;
    const noFolderTaken = code === "ENOENT" && syscall === "mkdir";
    if (!noFolderTaken && !["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EISDIR"].includes(code))
      throw error;
    const what = (error as NodeJS.ErrnoException).path ?? path;
    throw new Failure("out-unusable", `The images cannot be written to ${path}: ${code} on ${what}.`, {
      advice: "Remove what is in the way or correct the permissions, or choose another folder with --out.",
      cause: error,
    });
  }
}

// Folders that hold nothing after a failure were only made for it.
function removeEmpty(folder: string, highest: string): void {
  try {
    for (let at = folder; at.startsWith(highest); at = dirname(at)) rmdirSync(at);
  } catch {
    return;
  }
}
