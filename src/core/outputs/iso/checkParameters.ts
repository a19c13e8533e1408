import type { ParameterPath, Place } from "../../stages/stage.ts";
import { ownImages } from "./firmware.ts";
import type { IsoParameters } from "./schema.ts";

const forLinux = ["firmware", "root", "drivers", "cmdline", "timeout", "label", "compress", "level"] as const;
const forOwnLoader = ["archive", "files"] as const;

/**
 * Refuses parameters that would do nothing, or say a thing twice or not at all.
 * @throws Failure `iso-parameters`, located
 */
export function checkParameters(given: IsoParameters, place: Place): void {
  const images = ownImages(given);
  if (images.length === 0) {
    const lost = forOwnLoader.find(name => given[name] !== undefined);
    checkDrivers(given, place);
    if (lost === undefined) return;
    throw refused(
      place,
      `${lost} only counts beside el_torito.`,
      [lost],
      `Remove ${lost}, or add el_torito.`,
    );
  }
  const lost = forLinux.find(name => given[name] !== undefined);
  if (lost !== undefined) {
    const advice = `Remove ${lost}, or remove el_torito to boot the tree's own Linux.`;
    throw refused(
      place,
      `${lost} does not count beside el_torito: the system's own loader decides.`,
      [lost],
      advice,
    );
  }
  const listed = Array.isArray(given.el_torito);
  for (const [index, { image, from_tree }] of images.entries()) {
    const at = listed ? ["el_torito", index] : ["el_torito"];
    if ((image === undefined) === (from_tree === undefined)) {
      throw refused(
        place,
        "A boot image is either a file of this machine or one of the tree.",
        at,
        "Write one of image: and from_tree:.",
      );
    }
  }
  if (images.length === 2 && (images[0]?.platform ?? "bios") === (images[1]?.platform ?? "bios")) {
    const advice = "Write platform: bios for one and platform: uefi for the other.";
    throw refused(place, "Two boot images are for the same firmware.", ["el_torito", 1], advice);
  }
  const { archive } = given;
  if (archive && (archive.file === undefined) === (archive.from_tree === undefined)) {
    throw refused(
      place,
      "An archive is either a file of this machine or comes from the tree.",
      ["archive"],
      "Write one of file: and from_tree:.",
    );
  }
}

function checkDrivers({ drivers, root }: IsoParameters, place: Place): void {
  if (drivers === undefined || root === "squashfs") return;
  const advice = "Remove drivers, or write root: squashfs.";
  throw refused(place, "drivers only counts where the root stays on the medium.", ["drivers"], advice);
}

function refused(place: Place, message: string, at: ParameterPath, advice: string) {
  return place.fail("iso-parameters", message, { at, advice });
}
