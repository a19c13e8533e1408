import { Failure } from "../../failure.ts";
import { formatSize, parseSize } from "../../recipe/size.ts";
import type { ParameterPath, Place } from "../../stages/stage.ts";
import type { DiskParameters } from "./diskSchema.ts";
import { isReadOnly } from "./root/rootKind.ts";

const usualFree = "16M";
// Block numbers have 32 bits.
const largestDisk = 2 ** 32 * 4096 - 4096;

/**
 * Refuses a size that cannot be meant.
 * @throws Failure `disk-size`, `disk-too-large`, located.
 */
export function checkSize(given: DiskParameters, place: Pick<Place, "fail">): void {
  if (given.free !== undefined && isReadOnly(given)) {
    throw place.fail("disk-size", `Nothing can be written to a ${given.filesystem}, so free means nothing.`, {
      at: ["free"],
      advice: "Remove free; what is written goes to memory, or to a partition of its own (`extra`).",
    });
  }
  if (!hasSize(given)) return void bytesOf(given.free ?? usualFree, "free", place);
  bytesOf(given.size, "size", place);
  if (given.free === undefined) return;
  throw place.fail("disk-size", "free only counts where size is auto.", {
    at: ["free"],
    advice: "Remove free, or write size: auto.",
  });
}

/** Bytes of the whole disk; undefined for the smallest. */
export function diskBytes(given: DiskParameters, place: Pick<Place, "fail">): number | undefined {
  return hasSize(given) ? bytesOf(given.size, "size", place) : undefined;
}

/** Bytes to leave free where the size is not given. */
export function freeBytes(given: DiskParameters, place: Pick<Place, "fail">): number {
  return bytesOf(given.free ?? usualFree, "free", place);
}

/**
 * The failure of a disk that cannot hold what it should.
 * @param least bytes of the smallest that could
 * @param cures more that can be done, as sentences without a full stop
 */
export function tooSmall(
  given: DiskParameters,
  least: number,
  cures: readonly string[],
  place: Pick<Place, "fail">,
): Failure {
  const size = formatSize(least);
  const more = cures.map(cure => `; ${cure}`).join("");
  return place.fail(
    "disk-too-small",
    `The image does not fit on a disk of ${given.size}; the smallest that would do is ${size}.`,
    { at: ["size"], advice: `Write size: ${size} or more, write size: auto, or remove files${more}.` },
  );
}

function hasSize(given: DiskParameters): given is DiskParameters & { size: string } {
  return given.size !== undefined && given.size !== "auto";
}

function bytesOf(text: string, field: "size" | "free", place: Pick<Place, "fail">): number {
  try {
    const bytes = parseSize(text);
    checkNotTooLarge(bytes, [field], place);
    return bytes;
  } catch (error) {
    if (!(error instanceof Failure) || error.range) throw error;
    throw place.fail(error.code, error.message, { at: [field], cause: error });
  }
}

/** @throws Failure `disk-too-large`, located at the parameter `at` */
export function checkNotTooLarge(bytes: number, at: ParameterPath, place: Pick<Place, "fail">): void {
  if (bytes <= largestDisk) return;
  throw place.fail("disk-too-large", "A disk has less than 16 TiB.", {
    at,
    advice: "Ask for less.",
  });
}
