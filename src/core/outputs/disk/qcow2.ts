import { runTool } from "../../host/runTool.ts";
import type { OutputContext } from "../output.ts";

/** Converts a raw image; clusters are written in their order, so that equal disks give equal files. */
export async function writeQcow2(
  { host, signal }: OutputContext,
  raw: string,
  path: string,
  compress: boolean,
): Promise<void> {
  const options = ["-f", "raw", "-O", "qcow2", "-o", "compat=1.1,lazy_refcounts=off"];
  await runTool(host, "qemu-img", ["convert", ...options, ...(compress ? ["-c"] : []), raw, path], {
    signal,
  });
}
