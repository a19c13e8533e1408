import { type FileHandle, open } from "node:fs/promises";
import { tarBlock, tarEnd } from "./tarHeader.ts";

const windowBytes = 64 * 1024;
const unread = Buffer.alloc(1024 * 1024);

/**
 * A tar's bytes for readTar(), never more than it is about to take: single blocks, so that `position` tells where
 * the reader stands. Contents that were announced by pass() are stood for by zeros and not read from the disk.
 */
export class TarBlocks implements AsyncIterable<Uint8Array> {
  readonly #path: string;
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;
  #passing = 0;
  /** How many bytes were handed out. */
  position = 0;
  /** Of the file; known once reading began. */
  size = 0;

  constructor(path: string) {
    this.#path = path;
  }

  pass(bytes: number): void {
    this.#passing = bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const file = await open(this.#path, "r");
    try {
      this.size = (await file.stat()).size;
      while (this.position < this.size) {
        const left = this.size - this.position;
        const chunk =
          this.#passing > 0
            ? unread.subarray(0, Math.min(this.#passing, left))
            : await this.#block(file, Math.min(tarBlock, left));
        this.#passing -= Math.min(this.#passing, chunk.length);
        this.position += chunk.length;
        yield chunk;
      }
      // Some writers leave out the two empty blocks at the end.
      if (this.#passing === 0) yield tarEnd;
    } finally {
      await file.close();
    }
  }

  async #block(file: FileHandle, length: number): Promise<Buffer> {
    const at = this.position - this.#windowAt;
    if (at + length <= this.#window.length) return this.#window.subarray(at, at + length);
    // A new buffer each time: the reader keeps names and attributes as views of what it was given.
    const buffer = Buffer.allocUnsafe(windowBytes);
    const { bytesRead } = await file.read(buffer, 0, windowBytes, this.position);
    this.#window = buffer.subarray(0, bytesRead);
    this.#windowAt = this.position;
    return this.#window.subarray(0, length);
  }
}
