import type { OutputContext } from "../../output.ts";
import type { DiskParameters } from "../diskSchema.ts";
import { isReadOnly } from "./rootKind.ts";

/** Where the root goes. */
export interface RootPlace {
  /** Bytes of the disk before it. */
  readonly offset: number;
  /** Bytes of the disk that are not the root's. */
  readonly overhead: number;
}

/** A disk with nothing but its root. */
export interface RootedDisk {
  readonly path: string;
  /** Of the root. */
  readonly bytes: number;
}

/**
 * Writes the root file system, with the tree of `context`, to its place in a new disk: what is large is written once.
 * @throws Failure `disk-too-small`, `disk-entry`, `disk-xattr`, `squashfs-owners`, `erofs-xattr`
 */
export async function makeRoot(
  given: DiskParameters,
  place: RootPlace,
  context: OutputContext,
): Promise<RootedDisk> {
  if (isReadOnly(given)) {
    const { makeReadOnlyRoot } = await import("./readOnlyRoot.ts");
    return makeReadOnlyRoot(given, place, context);
  }
  if (given.filesystem === "btrfs") {
    const { makeBtrfsRoot } = await import("./btrfsRoot.ts");
    return makeBtrfsRoot(given, place, context);
  }
  const { makeExtRoot } = await import("./extRoot.ts");
  return makeExtRoot(given, place, context);
}
