import { readFile, rm } from "node:fs/promises";
import { Failure } from "../failure.ts";
import type { Monitor } from "./monitor.ts";

/**
 * Has QEMU write the screen to `path` and takes the file away again.
 * @returns the bytes of a PNG
 * @throws Failure `screenshot-failed`
 */
export async function takePicture(monitor: Monitor, path: string): Promise<Uint8Array> {
  try {
    await monitor.execute("screendump", { filename: path, format: "png" });
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("screenshot-failed", `No picture of the screen could be taken: ${why}`, {
      advice: /format/.test(why) ? "It needs QEMU 7.1 or newer." : undefined,
      cause,
    });
  } finally {
    await rm(path, { force: true });
  }
}
