import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { formatBytes } from "../../../shared/bytes.ts";
import { Failure } from "../../failure.ts";
import { Broken, downloadFailed } from "./broken.ts";
import type { Part } from "./part.ts";
import { type Answer, request } from "./request.ts";

export interface FetchOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number | undefined) => void;
  readonly idleMs: number;
  /** See RequestOptions. */
  readonly pinned: boolean;
  readonly pausesMs: readonly number[];
}

/**
 * Completes `part` from `url`. What broke may be tried again: as often as it brought new bytes, and a few times
 * (one more than there are pauses) without.
 * @throws Failure `download-failed`, `url-refused`, `disk-full`.
 */
export async function fetchInto(url: URL, part: Part, options: FetchOptions): Promise<void> {
  let most = part.size;
  for (let fruitless = 0; ; ) {
    try {
      return await fetchOnce(url, part, options);
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof Broken)) throw error;
      fruitless = part.size > most ? 0 : fruitless + 1;
      most = Math.max(most, part.size);
      const pause = options.pausesMs[fruitless === 0 ? 0 : fruitless - 1];
      if (!error.passing || (fruitless > 0 && pause === undefined))
        throw downloadFailed(url, error, fruitless);
      await sleep(pause, undefined, { signal: options.signal });
    }
  }
}

async function fetchOnce(url: URL, part: Part, options: FetchOptions): Promise<void> {
  const answer = await request(url, rangeHeaders(url, part), options);
  try {
    const total = await accept(url, part, answer);
    await checkSpace(part, total);
    options.onProgress(part.size, total);
    for await (const chunk of answer.body()) {
      await part.append(chunk);
      options.onProgress(part.size, total);
    }
    if (total !== undefined && part.size < total) throw new Broken("the connection ended too early");
  } finally {
    answer.close();
  }
}

function rangeHeaders(url: URL, part: Part): Record<string, string> {
  if (part.size === 0) return {};
  const { origin } = part;
  const same = origin?.url === url.href ? origin : undefined;
  // A weak tag does not promise the same bytes and may not stand here.
  const condition = same?.etag?.startsWith('"') ? same.etag : same?.lastModified;
  return { range: `bytes=${part.size}-`, ...(condition === undefined ? {} : { "if-range": condition }) };
}

/** Makes the part ready for the body of `answer`; returns the size of the whole file where it is known. */
async function accept(url: URL, part: Part, answer: Answer): Promise<number | undefined> {
  const { status, headers } = answer;
  const length = wholeNumber(headers["content-length"]);
  if (status === 206 && part.size > 0) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers["content-range"] ?? "");
    if (Number(range?.[1] ?? Number.NaN) !== part.size) {
      await part.reset();
      throw new Broken("the server sent another piece than it was asked for");
    }
    part.goOn();
    return wholeNumber(range?.[2]) ?? (length === undefined ? undefined : part.size + length);
  }
  if (status === 200) {
    await part.reset({ url: url.href, etag: headers.etag, lastModified: headers["last-modified"] });
    return length;
  }
  if (status === 416 && part.size > 0) {
    await part.reset();
    throw new Broken("the server does not have the piece that is missing");
  }
  const passing = status >= 500 || status === 408 || status === 429;
  throw new Broken(`the server answers ${status}${answer.reason ? ` (${answer.reason})` : ""}`, {
    passing,
    status,
  });
}

async function checkSpace(part: Part, total: number | undefined): Promise<void> {
  if (total === undefined) return;
  const { bavail, bsize } = await statfs(dirname(part.path));
  const missing = total - part.size;
  if (bavail * bsize >= missing) return;
  throw new Failure(
    "disk-full",
    `The download needs ${formatBytes(missing)}, but ${dirname(part.path)} has room for ${formatBytes(bavail * bsize)}.`,
    { advice: "Free some space there, or shrink the cache with: whittle cache prune --max 5G" },
  );
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
