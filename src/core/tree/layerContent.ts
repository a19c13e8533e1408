import { setImmediate as nextTurn } from "node:timers/promises";
import { Failure } from "../failure.ts";
import type { BlobWriter } from "./blobWriter.ts";
import type { DataRun, FileEntry } from "./entry.ts";
import { createHoleFinder } from "./holes.ts";
import { type HostFile, openHostFile } from "./hostFile.ts";
import type { FileContent, NewEntry } from "./layer.ts";

type NewFile = Extract<NewEntry, { type: "file" }>;
type OwnContent = Exclude<FileContent, { readonly hardLink: string }>;
/** Writes the header of a file whose size and runs are known now. */
type Begin = (entry: FileEntry) => void;

// Small files are read synchronously, which is far faster; now and then everybody else gets a turn.
const turnMs = 20;
let turnStarted = 0;

/**
 * Writes a file's header (by `begin`) and content.
 * @returns how many bytes of content were written, without padding.
 * @throws Failure `file-unreadable`, `file-changed`, `content-size` or `bad-runs`.
 */
export async function writeContent(
  writer: BlobWriter,
  entry: NewFile,
  content: OwnContent,
  begin: Begin,
  signal: AbortSignal | undefined,
): Promise<number> {
  if ("bytes" in content) {
    begin(placed(entry, content.bytes.length));
    writer.push(content.bytes);
    return content.bytes.length;
  }
  if ("stream" in content) {
    checkRuns(entry.path, content.size, content.runs);
    const stored = content.runs ? lengthOf(content.runs) : content.size;
    begin(placed(entry, content.size, content.runs));
    await copyExactly(writer, entry.path, content.stream, stored, signal);
    return stored;
  }
  const file = openHostFile(content.file);
  try {
    return file.small
      ? await writeSmallFile(writer, entry, file, begin)
      : await writeLargeFile(writer, entry, file, begin, signal);
  } finally {
    file.close();
  }
}

async function writeSmallFile(writer: BlobWriter, entry: NewFile, file: HostFile, begin: Begin) {
  const bytes = file.readWhole();
  file.assertUnchanged();
  const finder = createHoleFinder();
  finder.push(bytes);
  const runs = finder.finish();
  begin(placed(entry, bytes.length, runs));
  for (const [offset, length] of runs ?? [[0, bytes.length]]) {
    writer.push(bytes.subarray(offset, offset + length));
  }
  if (performance.now() - turnStarted > turnMs) {
    await nextTurn();
    turnStarted = performance.now();
  }
  return runs ? lengthOf(runs) : bytes.length;
}

async function writeLargeFile(
  writer: BlobWriter,
  entry: NewFile,
  file: HostFile,
  begin: Begin,
  signal: AbortSignal | undefined,
) {
  const runs = await file.findRuns();
  begin(placed(entry, file.size, runs));
  let stored = 0;
  for (const [offset, length] of runs ?? [[0, file.size] as const]) {
    await copyExactly(writer, entry.path, file.chunks(offset, length), length, signal);
    stored += length;
  }
  file.assertUnchanged();
  return stored;
}

async function copyExactly(
  writer: BlobWriter,
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  length: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  let copied = 0;
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    copied += chunk.length;
    if (copied > length) break;
    writer.push(chunk);
    if (writer.behind) await writer.settle();
  }
  if (copied === length) return;
  const how =
    copied > length ? `goes on after its ${length} bytes` : `ends after ${copied} of ${length} bytes`;
  throw new Failure("content-size", `The content of ${JSON.stringify(path)} ${how}.`);
}

function placed(entry: NewFile, size: number, runs?: readonly DataRun[]): FileEntry {
  return { ...entry, size, offset: 0, ...(runs ? { runs } : {}) };
}

function lengthOf(runs: readonly DataRun[]): number {
  return runs.reduce((sum, [, length]) => sum + length, 0);
}

function checkRuns(path: string, size: number, runs: readonly DataRun[] | undefined): void {
  let end = 0;
  for (const [offset, length] of runs ?? []) {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < end || length <= 0)
      throw badRuns(path);
    end = offset + length;
  }
  if (end > size) throw badRuns(path);
}

function badRuns(path: string): Failure {
  return new Failure("bad-runs", `The map of the sparse file ${JSON.stringify(path)} makes no sense.`);
}
