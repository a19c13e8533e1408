import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { StageContext } from "../stage.ts";

/** Milliseconds between two looks at the disk. */
const pauseMs = 200;

export interface DownloadWatch {
  /** Aborts when nothing more has come for `silentMs`. */
  readonly silence: AbortSignal;
  /** Reports that all has come. */
  complete(): void;
  end(): void;
}

/**
 * Reports how many bytes of a download are on the disk, since skopeo tells that to terminals only.
 * @param wanted where the blobs will be when they are complete, with their sizes in bytes
 * @param partial folder where they lie until then
 * @param silentMs milliseconds without a byte after which the other side counts as dead
 */
export function watchDownload(
  wanted: readonly { readonly path: string; readonly size: number }[],
  partial: string,
  { progress }: Pick<StageContext, "progress">,
  silentMs: number,
): DownloadWatch {
  const silence = new AbortController();
  let seen = -1;
  let seenAt = performance.now();
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  const look = () => {
    const there = wanted.reduce((sum, { path }) => sum + sizeOf(path), 0);
    const coming = names(partial).reduce((sum, name) => sum + sizeOf(join(partial, name)), 0);
    const done = Math.min(there + coming, total);
    if (done !== seen) seenAt = performance.now();
    else if (performance.now() - seenAt > silentMs) silence.abort();
    seen = done;
    progress(done, total, "bytes");
  };
  const timer = setInterval(look, pauseMs);
  return {
    silence: silence.signal,
    complete: () => progress(total, total, "bytes"),
    end: () => clearInterval(timer),
  };
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => name.startsWith("oci-put-blob"));
  } catch {
    return [];
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
