import { createHash } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { explainDiskFull } from "./diskFull.ts";
import { type FetchOptions, fetchInto } from "./download/fetchInto.ts";
import { fileDigest } from "./download/fileDigest.ts";
import { openPart, type Part } from "./download/part.ts";
import { checkUrl, shownUrl } from "./download/url.ts";
import { acquireLock } from "./lock.ts";

export interface DownloadOptions {
  readonly url: string;
  /** Hex. Without it the download fails after it came, telling the digest: nothing unverified is ever used. */
  readonly sha256: string | undefined;
  /** Where downloads are kept, by digest; made when missing. */
  readonly folder: string;
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Bytes so far, those of earlier tries included; `total` undefined while the server does not say it. */
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
  /** Milliseconds without a byte after which a server counts as dead. Default 30,000. */
  readonly idleMs?: number | undefined;
  /** Milliseconds to wait before each further try that follows one without progress. Default [500, 2000]. */
  readonly pausesMs?: readonly number[] | undefined;
}

/**
 * Fetches a file once and keeps it as `<folder>/<sha256>`. A broken download goes on where it stopped, in the next
 * try as in the next process. Whoever asks for the same file meanwhile waits for the first.
 * @returns absolute path of a file with exactly this digest.
 * @throws Failure `url-refused`, `download-failed`, `sha256-wrong`, `sha256-missing`, `disk-full`.
 */
export async function download(options: DownloadOptions): Promise<string> {
  const { folder, signal } = options;
  const sha256 = options.sha256?.toLowerCase();
  const url = checkUrl(options.url, sha256 !== undefined);
  const name = sha256 ?? `unpinned-${createHash("sha256").update(url.href).digest("hex")}`;
  const target = join(folder, name);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw explainDiskFull(error, [folder]);
  });
  const lock = await acquireLock(`${target}.lock`, { signal });
  try {
    if (sha256 !== undefined && (await holds(target, sha256, signal))) return target;
    return await fetchVerified(url, sha256, target, options);
  } catch (error) {
    signal.throwIfAborted();
    throw explainDiskFull(error, [folder]);
  } finally {
    lock.release();
  }
}

/** True when the file is there and intact; a file that is not is removed. */
async function holds(path: string, sha256: string, signal: AbortSignal): Promise<boolean> {
  const found = await fileDigest(path, signal);
  if (found !== undefined && found !== sha256) await rm(path, { force: true });
  return found === sha256;
}

async function fetchVerified(
  url: URL,
  sha256: string | undefined,
  target: string,
  options: DownloadOptions,
): Promise<string> {
  const fetching: FetchOptions = {
    env: options.env,
    signal: options.signal,
    onProgress: options.onProgress ?? (() => {}),
    idleMs: options.idleMs ?? 30_000,
    pinned: sha256 !== undefined,
    pausesMs: options.pausesMs ?? [500, 2000],
  };
  const part = await openPart(`${target}.part`, options.signal);
  try {
    // Bytes of unknown worth may only be gone on with when a digest will judge the whole.
    if (sha256 === undefined) await part.reset();
    const complete = sha256 !== undefined && part.digest() === sha256;
    if (!complete) await fetchInto(url, part, fetching);
    if (sha256 !== undefined && part.digest() !== sha256 && part.resumed) {
      // What was there before may have been the fault: only a download in one piece proves the server wrong.
      await part.reset();
      await fetchInto(url, part, fetching);
    }
  } catch (error) {
    if (part.size === 0 || isDiskFull(error, options.folder)) await part.remove();
    throw error;
  } finally {
    await part.close();
  }
  if (part.digest() === sha256) {
    await rename(part.path, target);
    await part.forgetOrigin();
    return target;
  }
  await part.remove();
  throw sha256 === undefined ? unpinned(url, part) : wrong(url, sha256, part);
}

function isDiskFull(error: unknown, folder: string): boolean {
  const explained = explainDiskFull(error, [folder]);
  return explained instanceof Failure && explained.code === "disk-full";
}

function wrong(url: URL, sha256: string, part: Part): Failure {
  return new Failure(
    "sha256-wrong",
    `${shownUrl(url)} has sha256 ${part.digest()}, but the recipe expects ${sha256}.`,
    {
      advice:
        "What came was thrown away. Find out why the file differs (a new release, a changed mirror, an error page) " +
        "before you change the checksum in the recipe.",
    },
  );
}

function unpinned(url: URL, part: Part): Failure {
  return new Failure(
    "sha256-missing",
    `${shownUrl(url)} has no sha256 in the recipe to check it against. What came has sha256 ${part.digest()}.`,
    { advice: `What came was not used. If you trust it, write: sha256: ${part.digest()}` },
  );
}
