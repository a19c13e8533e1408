import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseSize } from "../../../recipe/size.ts";
import { methodArgs, writeErofs } from "../../erofs/makeErofs.ts";
import type { OutputContext } from "../../output.ts";
import { compressorOf } from "../../squashfs/compressor.ts";
import { checkOwners, writeSquashfs } from "../../squashfs/makeSquashfs.ts";
import type { DiskParameters } from "../diskSchema.ts";
import { diskBytes, tooSmall } from "../fitDisk.ts";
import { placeImage } from "../partitions/writeDisk.ts";
import type { RootedDisk, RootPlace } from "./makeRoot.ts";

const blockBytes = 4096;

/** A squashfs or erofs, as the outputs of these names make it by default, in its place on a new disk. */
export async function makeReadOnlyRoot(
  given: DiskParameters,
  { offset, overhead }: RootPlace,
  context: OutputContext,
): Promise<RootedDisk> {
  const folder = await context.scratch();
  const image = join(folder, "root.image");
  if (given.filesystem === "erofs") await writeErofs(context, folder, image, methodArgs("lz4hc"));
  else {
    checkOwners(context);
    await writeSquashfs(context, compressorOf({}, context), parseSize("128K"), image);
  }
  const least = Math.ceil((await stat(image)).size / blockBytes) * blockBytes;
  const size = diskBytes(given, context);
  if (size !== undefined && size < least + overhead) throw tooSmall(given, least + overhead, [], context);
  const bytes = size === undefined ? least : Math.floor((size - overhead) / blockBytes) * blockBytes;
  const path = offset === 0 ? image : join(folder, "disk.raw");
  const disk = await open(path, "a");
  try {
    await disk.truncate(offset + bytes);
  } finally {
    await disk.close();
  }
  if (offset > 0) await placeImage(image, path, offset, context);
  return { path, bytes };
}
