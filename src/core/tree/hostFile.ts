import { closeSync, constants, fstatSync, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import { Failure } from "../failure.ts";
import type { DataRun } from "./entry.ts";
import { createHoleFinder } from "./holes.ts";

const readAt = promisify(read);
const chunkBytes = 1024 * 1024;

/** An open regular file on the host. */
export interface HostFile {
  /** Bytes, when it was opened. */
  readonly size: number;
  /** True when the file is small enough to be read in one go. */
  readonly small: boolean;
  /** The whole of a small file. */
  readWhole(): Buffer;
  /** The bytes from `offset`, in chunks that are only valid until the next one. */
  chunks(offset: number, length: number): AsyncIterable<Uint8Array>;
  /** Reads the file once to find its holes; undefined when it has none. */
  findRuns(): Promise<readonly DataRun[] | undefined>;
  /** Throws Failure `file-changed` when somebody wrote to the file since it was opened. */
  assertUnchanged(): void;
  close(): void;
}

/**
 * Opens a regular file; links are followed.
 * @throws Failure `file-unreadable`.
 */
export function openHostFile(path: string): HostFile {
  const fd = openForReading(path);
  const before = fstatSync(fd, { bigint: true });
  if (!before.isFile()) {
    closeSync(fd);
    throw new Failure("file-unreadable", `${path} is not a regular file.`);
  }
  const size = Number(before.size);
  const changed = () =>
    new Failure("file-changed", `${path} changed while it was read.`, {
      advice: "Build again when nothing writes to it.",
    });
  async function* chunks(offset: number, length: number): AsyncGenerator<Uint8Array> {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, length));
    for (let done = 0; done < length; ) {
      const want = Math.min(buffer.length, length - done);
      let got = 0;
      while (got < want) {
        const { bytesRead } = await readAt(fd, buffer, got, want - got, offset + done + got);
        if (bytesRead === 0) throw changed();
        got += bytesRead;
      }
      yield buffer.subarray(0, want);
      done += want;
    }
  }
  return {
    size,
    small: size <= chunkBytes,
    chunks,
    readWhole() {
      const bytes = Buffer.allocUnsafe(size);
      for (let got = 0; got < size; ) {
        const more = readSync(fd, bytes, got, size - got, got);
        if (more === 0) throw changed();
        got += more;
      }
      return bytes;
    },
    async findRuns() {
      const finder = createHoleFinder();
      for await (const chunk of chunks(0, size)) finder.push(chunk);
      return finder.finish();
    },
    assertUnchanged() {
      const after = fstatSync(fd, { bigint: true });
      if (after.size !== before.size || after.mtimeNs !== before.mtimeNs) throw changed();
    },
    close: () => closeSync(fd),
  };
}

function openForReading(path: string): number {
  try {
    // Non-blocking, or opening a named pipe would wait for a writer.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("file-unreadable", `${path} cannot be read: ${why}.`, { cause });
  }
}
