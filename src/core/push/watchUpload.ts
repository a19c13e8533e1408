import { readFileSync } from "node:fs";

/** Milliseconds between two looks. */
const pauseMs = 200;

export interface UploadWatch {
  /** Aborts when nothing more has gone out for `silentMs`. */
  readonly silence: AbortSignal;
  /** Says which process sends. */
  started(pid: number): void;
  end(): void;
}

/**
 * Reports how many bytes a process has sent, since skopeo tells that to terminals only. Where the system does not tell
 * it either, nothing is reported and no silence is noticed.
 * @param onBytes told what was written so far, other things than the blobs included
 * @param silentMs milliseconds without a byte, in or out, after which the other side counts as dead
 */
export function watchUpload(onBytes: (bytes: number) => void, silentMs: number): UploadWatch {
  const silence = new AbortController();
  let pid: number | undefined;
  let moved = "";
  let movedAt = performance.now();
  const look = () => {
    const counts = pid === undefined ? undefined : transferred(pid);
    if (!counts) return;
    const now = `${counts.read} ${counts.written}`;
    if (now !== moved) movedAt = performance.now();
    else if (performance.now() - movedAt > silentMs) silence.abort();
    moved = now;
    onBytes(counts.written);
  };
  const timer = setInterval(look, pauseMs);
  return {
    silence: silence.signal,
    started(id) {
      pid = id;
      movedAt = performance.now();
    },
    end: () => clearInterval(timer),
  };
}

/** Bytes that a process has read and written, files and sockets alike; undefined where Linux does not tell. */
function transferred(pid: number): { readonly read: number; readonly written: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/io`, "latin1");
    const [read, written] = ["rchar", "wchar"].map(name =>
      Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(text)?.[1]),
    );
    return read === undefined || written === undefined || Number.isNaN(read + written)
      ? undefined
      : { read, written };
  } catch {
    return undefined;
  }
}
