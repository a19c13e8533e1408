import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import type { ImageReference } from "../stages/oci/reference.ts";
import { plainHttp, runSkopeo, skopeoName } from "../stages/oci/skopeo.ts";
import { layoutName, type PushContent } from "./layoutFolder.ts";
import { pushFailure, silent } from "./pushFailure.ts";
import { watchUpload } from "./watchUpload.ts";

/** Milliseconds to wait before each further try. */
const pausesMs = [500, 2000];

export interface PushOptions {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Bytes that have gone out, of all there are; parts that the registry has already are counted at the end. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly onLog?: ((line: string) => void) | undefined;
  /** Milliseconds without a byte after which the registry counts as dead. Default 5 minutes: storing takes time. */
  readonly silentMs?: number | undefined;
}

/**
 * Sends a layout to one tag; again after a connection that broke off, because what has arrived whole stays there.
 * @param folder where the layout lies and skopeo works
 * @throws Failure as pushFailure() says
 */
export async function sendLayout(
  target: ImageReference,
  content: PushContent,
  folder: string,
  options: PushOptions,
): Promise<void> {
  for (const pause of pausesMs) {
    try {
      return await sendOnce(target, content, folder, options);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "push-interrupted") throw error;
      options.onLog?.(`the connection to ${target.registry} broke off; sending again`);
      await sleep(pause, undefined, { signal: options.signal });
    }
  }
  await sendOnce(target, content, folder, options);
}

async function sendOnce(
  target: ImageReference,
  content: PushContent,
  folder: string,
  options: PushOptions,
): Promise<void> {
  const { host, signal, onProgress = () => undefined, silentMs = 5 * 60_000 } = options;
  const total = bytesOf(content);
  const watch = watchUpload(bytes => onProgress(Math.min(bytes, total), total), silentMs);
  const copy = ["copy", "--quiet", "--preserve-digests", ...plainHttp(target, "dest-tls-verify")];
  try {
    await runSkopeo(host, [...copy, `oci:${layoutName}`, skopeoName(target)], {
      signal: AbortSignal.any([signal, watch.silence]),
      folder,
      onStart: watch.started,
    });
    onProgress(total, total);
  } catch (error) {
    signal.throwIfAborted();
    if (watch.silence.aborted) throw silent(target, silentMs);
    throw await pushFailure(error, target, content, { host, signal });
  } finally {
    watch.end();
  }
}

/** What is stored for it in a registry. */
export function bytesOf({ blobs }: PushContent): number {
  return blobs.reduce((sum, bytes) => sum + bytes, 0);
}
