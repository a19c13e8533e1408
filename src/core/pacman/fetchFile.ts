import { copyFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { explainDiskFull } from "../build/diskFull.ts";
import { fetchInto } from "../build/download/fetchInto.ts";
import { openPart } from "../build/download/part.ts";
import { checkUrl } from "../build/download/url.ts";
import { Failure } from "../failure.ts";
import { isLocal } from "./repository.ts";

export interface FetchFileOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Fetches a file that no digest is known of (a database, a signature) to a new path: from this machine, or over https.
 * @throws Failure `url-refused`, `download-failed`, `disk-full`.
 */
export async function fetchFile(address: string, path: string, options: FetchFileOptions): Promise<void> {
  try {
    await (isLocal(address) ? copyLocal(address, path) : fetchRemote(address, path, options));
  } catch (error) {
    options.signal.throwIfAborted();
    await rm(path, { force: true });
    throw explainDiskFull(error, [path]);
  }
}

/** Whether a fetch failed because the other side answered that there is no such file. */
export function isAbsent(error: unknown): boolean {
  if (!(error instanceof Failure) || error.code !== "download-failed") return false;
  const { cause } = error;
  return cause instanceof Error && "status" in cause && (cause.status === 404 || cause.status === 410);
}

async function copyLocal(address: string, path: string): Promise<void> {
  const from = fileURLToPath(address);
  await copyFile(from, path).catch((error: NodeJS.ErrnoException) => {
    throw noLocalFile(from, error);
  });
}

/** Failure `download-failed` for a file that should lie on this machine. */
export function noLocalFile(path: string, cause: NodeJS.ErrnoException): unknown {
  if (cause.code !== "ENOENT" && cause.code !== "EACCES" && cause.code !== "ENOTDIR") return cause;
  const status = cause.code === "EACCES" ? undefined : 404;
  const why = status ? "does not exist" : "may not be read";
  return new Failure("download-failed", `${path} ${why}.`, {
    cause: Object.assign(new Error(why), { status }),
  });
}

async function fetchRemote(address: string, path: string, { env, signal }: FetchFileOptions): Promise<void> {
  const part = await openPart(path, signal);
  try {
    await part.reset();
    const options = { env, signal, onProgress: () => {}, idleMs: 30_000, pinned: false, pausesMs: [500] };
    await fetchInto(checkUrl(address, false), part, options);
  } finally {
    await part.close();
    await part.forgetOrigin();
  }
}
