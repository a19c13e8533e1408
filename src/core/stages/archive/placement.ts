import { maxNameBytes, maxPathBytes } from "../../tree/path.ts";
import type { TarMember } from "../../tree/tarReadMember.ts";
import { refused } from "./refused.ts";

/** Where an archive's entries go. */
export interface Placement {
  /** How many leading names are cut off. */
  readonly strip: number;
  /** Folder in the image, as entries have it; "" for the root. */
  readonly into: string;
}

/**
 * The path in the image for `name`, the name or link target of `member`. Absolute names start at the image's root.
 * "" for the image's root itself, undefined when `strip` takes away all of the name.
 * @throws Failure `archive-refused`.
 */
export function placeName(member: TarMember, name: string, { strip, into }: Placement): string | undefined {
  if (!member.utf8) throw refused(member, "its name, its link or an attribute is not UTF-8");
  if (name === "") throw refused(member, "it has no name");
  if (name.includes("\0")) throw refused(member, "its name contains a NUL character");
  const names = name.split("/").filter(each => each !== "" && each !== ".");
  if (names.includes("..")) {
    throw refused(
      member,
      `${name === member.name ? "its name" : "its link"} contains "..", which leads out of the tree`,
    );
  }
  if (names.some(each => each.length > 63 && Buffer.byteLength(each) > maxNameBytes)) {
    throw refused(member, `a name in its path is longer than ${maxNameBytes} bytes`);
  }
  if (strip > 0 && names.length <= strip) return undefined;
  const kept = names.slice(strip).join("/");
  const path = into === "" || kept === "" ? into + kept : `${into}/${kept}`;
  if (path.length > 1000 && Buffer.byteLength(path) > maxPathBytes) {
    throw refused(member, `its path is longer than ${maxPathBytes} bytes`);
  }
  return path;
}
