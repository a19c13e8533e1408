import { createHash } from "node:crypto";
import { close, mkdirSync, openSync, write } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";

const writeTo = promisify(write);
const closeFile = promisify(close);
const chunkBytes = 1024 * 1024;

/** Writes one file front to back and hashes it on the way. */
export interface BlobWriter {
  /** Bytes pushed so far: where the next ones will lie in the file. */
  readonly position: number;
  /** True when a megabyte or more waits for settle(). */
  readonly behind: boolean;
  /** Takes a copy of the bytes; does not touch the disk. */
  push(bytes: Uint8Array): void;
  pushZeros(count: number): void;
  /** Writes what waits. */
  settle(): Promise<void>;
  /** Writes the rest and closes the file; returns the sha256 (hex) of all. */
  finish(): Promise<string>;
  /** Closes the file as it is. */
  abandon(): Promise<void>;
}

/** Creates the file (it must not exist yet) and the folder it lies in. */
export function createBlobWriter(path: string): BlobWriter {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, "wx", 0o644);
  const hash = createHash("sha256");
  const waiting: Buffer[] = [];
  let chunk = Buffer.allocUnsafe(chunkBytes);
  let used = 0;
  let position = 0;
  let open = true;
  const push = (bytes: Uint8Array) => {
    position += bytes.length;
    for (let from = 0; from < bytes.length; ) {
      const taken = Math.min(chunk.length - used, bytes.length - from);
      chunk.set(bytes.subarray(from, from + taken), used);
      used += taken;
      from += taken;
      if (used === chunk.length) {
        waiting.push(chunk);
        chunk = Buffer.allocUnsafe(chunkBytes);
        used = 0;
      }
    }
  };
  const settle = async () => {
    for (let full = waiting.shift(); full; full = waiting.shift()) await store(full);
  };
  const store = async (bytes: Buffer) => {
    hash.update(bytes);
    for (let done = 0; done < bytes.length; ) {
      done += (await writeTo(fd, bytes, done, bytes.length - done)).bytesWritten;
    }
  };
  const abandon = async () => {
    if (!open) return;
    open = false;
    await closeFile(fd);
  };
  return {
    get position() {
      return position;
    },
    get behind() {
      return waiting.length > 0;
    },
    push,
    pushZeros: count => push(new Uint8Array(count)),
    settle,
    abandon,
    async finish() {
      await settle();
      await store(chunk.subarray(0, used));
      await abandon();
      return hash.digest("hex");
    },
  };
}
