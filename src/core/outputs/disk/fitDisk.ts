import { Failure } from "../../failure.ts";
import { formatSize, parseSize } from "../../recipe/size.ts";
import type { OutputContext } from "../output.ts";
import type { DiskParameters } from "./diskSchema.ts";
import { blockBytes } from "./ext4/ext4Image.ts";
import { makeAround, makeInto, smallest } from "./ext4/fit.ts";
import type { Ext4Maker } from "./ext4/maker.ts";

const usualFree = "16M";
// Block numbers have 32 bits.
const largestDisk = 2 ** 32 * blockBytes - blockBytes;

/**
 * Refuses a size that cannot be meant.
 * @throws Failure `disk-size`, `disk-too-large`, located.
 */
export function checkSize(given: DiskParameters, context: OutputContext): void {
  if (!hasSize(given)) return void bytesOf(given.free ?? usualFree, "free", context);
  bytesOf(given.size, "size", context);
  if (given.free === undefined) return;
  throw context.fail("disk-size", "free only counts where size is auto.", {
    at: ["free"],
    advice: "Remove free, or write size: auto.",
  });
}

/**
 * Makes the image of the root as large as `size` and `free` say.
 * @param overhead bytes of the disk that are not the root's
 * @throws Failure `disk-too-small` (at `size`) that names the smallest size that would do.
 */
export async function makeFitting(
  maker: Ext4Maker,
  given: DiskParameters,
  overhead: number,
  context: OutputContext,
): Promise<void> {
  if (!hasSize(given)) {
    await makeAround(maker, bytesOf(given.free ?? usualFree, "free", context));
    return;
  }
  if (await makeInto(maker, bytesOf(given.size, "size", context) - overhead)) return;
  const least = formatSize((await smallest(maker)) * blockBytes + overhead);
  throw context.fail(
    "disk-too-small",
    `The image does not fit on a disk of ${given.size}; the smallest that would do is ${least}.`,
    {
      at: ["size"],
      advice: `Write size: ${least} or more, write size: auto, or remove files${
        maker.journal ? "; `journal: false` saves 4 MiB or more" : ""
      }.`,
    },
  );
}

function hasSize(given: DiskParameters): given is DiskParameters & { size: string } {
  return given.size !== undefined && given.size !== "auto";
}

function bytesOf(text: string, field: "size" | "free", context: OutputContext): number {
  try {
    const bytes = parseSize(text);
    checkNotTooLarge(bytes, field, context);
    return bytes;
  } catch (error) {
    if (!(error instanceof Failure) || error.range) throw error;
    throw context.fail(error.code, error.message, { at: [field], cause: error });
  }
}

function checkNotTooLarge(bytes: number, field: "size" | "free", context: OutputContext): void {
  if (bytes <= largestDisk) return;
  throw context.fail("disk-too-large", "A disk has less than 16 TiB.", {
    at: [field],
    advice: "Ask for less.",
  });
}
