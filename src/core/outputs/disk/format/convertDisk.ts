import { join } from "node:path";
import { runTool } from "../../../host/runTool.ts";
import type { OutputContext } from "../../output.ts";
import type { DiskFormat, DiskParameters } from "../diskSchema.ts";
import { setVdiIdentity } from "./vdi.ts";
import { setVhdxIdentity } from "./vhdx.ts";
import { setVmdkIdentity } from "./vmdk.ts";

type Method = "zlib" | "zstd" | undefined;

/**
 * Refuses a compression that the format does not have.
 * @throws Failure `disk-compress`, located
 */
export function checkCompress(given: DiskParameters, context: Pick<OutputContext, "fail">): void {
  const method = methodOf(given);
  if (method === undefined && given.compress === undefined) return;
  const format = given.format ?? "raw";
  if (format === "qcow2" || (format === "vmdk" && method !== "zstd")) return;
  const message =
    format === "vmdk"
      ? "A vmdk image is compressed with zlib alone."
      : `A ${format} image cannot be compressed.`;
  throw context.fail("disk-compress", message, {
    at: ["compress"],
    advice: format === "vmdk" ? "Write compress: zlib." : "Write format: qcow2, or remove compress.",
  });
}

/**
 * The disk in its format. What QEMU draws by lot (identities, serial numbers) is then set from the recipe.
 * @param raw path of the disk's bytes
 * @param fileName as it will be called: a vmdk has it inside
 * @returns path of the image; `raw` itself for that format
 */
export async function convertDisk(
  given: DiskParameters,
  raw: string,
  fileName: string,
  context: OutputContext,
): Promise<string> {
  const format = given.format ?? "raw";
  if (format === "raw") return raw;
  const { host, signal } = context;
  const method = methodOf(given);
  const path = join(await context.scratch(), "disk.image");
  const options = optionsOf(format, method);
  const args = ["convert", "-f", "raw", "-O", format, ...(options === undefined ? [] : ["-o", options])];
  // Clusters are written in their order, so that equal disks give equal files.
  await runTool(host, "qemu-img", [...args, ...(method && format === "qcow2" ? ["-c"] : []), raw, path], {
    signal,
  });
  const uuid = (purpose: string): string => context.uuid(`${format} ${purpose}`);
  if (format === "vmdk") await setVmdkIdentity(path, fileName, uuid("content"));
  if (format === "vdi") await setVdiIdentity(path, uuid("image"), uuid("snapshot"));
  if (format === "vhdx") await setVhdxIdentity(path, uuid);
  return path;
}

// Measured: of systems of 100 MB with programs, zstd is 1 to 3 % smaller than zlib; of a small one that is mostly a packed
// kernel it is 9 % larger, and that is what people compress for. It is several times as fast to write.
function methodOf({ compress }: DiskParameters): Method {
  return compress === true ? "zlib" : compress || undefined;
}

function optionsOf(format: DiskFormat, method: Method): string | undefined {
  if (format === "qcow2") {
    // QEMU before 5.1 knows no such option, and then has zlib.
    return `compat=1.1,lazy_refcounts=off${method === "zstd" ? ",compression_type=zstd" : ""}`;
  }
  if (format === "vmdk") return method ? "subformat=streamOptimized" : "subformat=monolithicSparse";
  return undefined;
}
