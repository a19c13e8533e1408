import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { storePaths } from "../../build/storePaths.ts";
import { Failure } from "../../failure.ts";
import type { WorkContext } from "../stage.ts";

const pieceBytes = 1024 * 1024;
/** Milliseconds. */
const reportEvery = 100;

/** True for what is fetched instead of read from the host. */
export function isUrl(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(source);
}

/**
 * Path of the archive on the host, its bytes known to be the right ones wherever `sha256` is given.
 * @throws Failure `archive-unreadable`, `sha256-wrong`, those of download().
 */
export async function obtainSource(
  source: string,
  sha256: string | undefined,
  context: WorkContext,
): Promise<string> {
  if (isUrl(source)) {
    const { download } = await import("../../build/download.ts");
    return download({
      url: source,
      sha256,
      folder: storePaths(context.host.cacheDir).downloads,
      env: context.host.env,
      signal: context.signal,
      onProgress: paced(context),
    });
  }
  const path = resolve(context.baseDir, source);
  await sizeOf(path);
  if (sha256 !== undefined) await verify(path, sha256.toLowerCase(), context.signal);
  return path;
}

/** The file's bytes; tells `context` how many of them were taken. @throws Failure `archive-unreadable`. */
export async function* sourceBytes(path: string, context: WorkContext): AsyncGenerator<Uint8Array> {
  const total = await sizeOf(path);
  const report = paced(context);
  let done = 0;
  for await (const chunk of fileBytes(path, context.signal)) {
    yield chunk;
    done += chunk.length;
    report(done, total);
  }
}

/** Passes on a count of bytes ten times a second, and when it is complete. */
function paced(context: WorkContext): (done: number, total: number | undefined) => void {
  let next = 0;
  return (done, total) => {
    const now = performance.now();
    if (now < next && done !== total) return;
    next = now + reportEvery;
    context.progress(done, total, "bytes");
  };
}

async function* fileBytes(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(path, { highWaterMark: pieceBytes, signal });
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(path, error);
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (found.isFile()) return found.size;
  throw new Failure(
    "archive-unreadable",
    `${path} is ${found.isDirectory() ? "a folder" : "not a regular file"}.`,
    {
      advice: found.isDirectory() ? "A folder is copied by the stage `tree`." : "Name a tar or cpio file.",
    },
  );
}

function unreadable(path: string, cause: unknown): Failure {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new Failure("archive-unreadable", `The archive ${path} does not exist.`, {
      advice: "Relative paths start at the folder of the recipe file.",
      cause,
    });
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Failure("archive-unreadable", `The archive ${path} cannot be read: ${why}.`, { cause });
}

async function verify(path: string, sha256: string, signal: AbortSignal): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of fileBytes(path, signal)) hash.update(chunk);
  const found = hash.digest("hex");
  if (found === sha256) return;
  throw new Failure("sha256-wrong", `${path} has sha256 ${found}, but the recipe expects ${sha256}.`, {
    advice: "If the file was changed on purpose, correct the recipe.",
  });
}
