import { Failure } from "../../../failure.ts";
import type { Entry } from "../../../tree/entry.ts";

/** An entry that btrfs cannot hold. */
export function refusedEntry(entry: Entry, why: string): Failure {
  return new Failure("disk-entry", `/${entry.path} cannot be written to btrfs: ${why}.`, {
    advice: "Remove or rename it in the recipe, or write filesystem: ext4.",
  });
}

/** An extended attribute that btrfs cannot hold. */
export function refusedXattr(entry: Entry, why: string): Failure {
  return new Failure("disk-xattr", `/${entry.path} cannot be written to btrfs: ${why}.`, {
    advice: "Remove the attribute from the file, or the file from the image.",
  });
}
