import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, readFile, rm, writeFile } from "node:fs/promises";

/** By what a server names the version of a file it sends; makes sure that a later rest belongs to the same file. */
export interface Origin {
  readonly url: string;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** A download that is not complete yet: `<target>.part`, with its origin in `<target>.part.json`. */
export interface Part {
  readonly path: string;
  /** Bytes that are there. */
  readonly size: number;
  readonly origin: Origin | undefined;
  /** True when the bytes came over more than one connection. */
  readonly resumed: boolean;
  /** sha256 (hex) of the bytes that are there. */
  digest(): string;
  append(bytes: Uint8Array): Promise<void>;
  /** A new connection goes on behind the bytes that are there. */
  goOn(): void;
  /** Throws the bytes away and starts with a file of this origin. */
  reset(origin?: Origin): Promise<void>;
  close(): Promise<void>;
  remove(): Promise<void>;
  forgetOrigin(): Promise<void>;
}

/** Opens what an earlier try left at `path`, or starts a new file. */
export async function openPart(path: string, signal: AbortSignal): Promise<Part> {
  const originPath = `${path}.json`;
  const file = await open(path, "a+", 0o600);
  const part = new OpenPart(path, originPath, file, await readOrigin(originPath));
  try {
    await part.readBack(signal);
  } catch (error) {
    await file.close();
    throw error;
  }
  return part;
}

class OpenPart implements Part {
  readonly path: string;
  readonly #originPath: string;
  readonly #file: FileHandle;
  #hash: Hash = createHash("sha256");
  size = 0;
  resumed = false;
  origin: Origin | undefined;

  constructor(path: string, originPath: string, file: FileHandle, origin: Origin | undefined) {
    this.path = path;
    this.#originPath = originPath;
    this.#file = file;
    this.origin = origin;
  }

  async readBack(signal: AbortSignal): Promise<void> {
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.size);
      if (bytesRead === 0) return;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.size += bytesRead;
    }
  }

  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done);
      this.#hash.update(bytes.subarray(done, done + bytesWritten));
      this.size += bytesWritten;
      done += bytesWritten;
    }
  }

  goOn(): void {
    this.resumed = true;
  }

  async reset(origin?: Origin): Promise<void> {
    await this.#file.truncate(0);
    this.#hash = createHash("sha256");
    this.size = 0;
    this.resumed = false;
    this.origin = origin;
    await (origin
      ? writeFile(this.#originPath, JSON.stringify(origin), { mode: 0o600 })
      : this.forgetOrigin());
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
    await this.forgetOrigin();
  }

  async forgetOrigin(): Promise<void> {
    await rm(this.#originPath, { force: true });
  }
}

async function readOrigin(path: string): Promise<Origin | undefined> {
  try {
    const { url, etag, lastModified } = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
    if (typeof url !== "string") return undefined;
    return { url, etag: textOf(etag), lastModified: textOf(lastModified) };
  } catch {
    // Absent, or cut off by the end of a process: then the rest is asked for without a condition.
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
