import { Failure } from "../../failure.ts";
import type { Place } from "../../stages/stage.ts";
import type { FirmwareKind } from "../output.ts";
import type { ElTorito, IsoParameters } from "./schema.ts";

/** The boot images that the recipe brings, in its order; [] when Whittle makes them. */
export function ownImages({ el_torito: given }: IsoParameters): readonly ElTorito[] {
  if (given === undefined) return [];
  return Array.isArray(given) ? given : [given];
}

/**
 * What can start the ISO.
 * @throws Failure `iso-firmware` for a BIOS where there is none
 */
export function isoFirmware(given: IsoParameters, place: Place): readonly FirmwareKind[] {
  if (place.arch === "x86_64") return given.firmware ?? ["bios", "uefi"];
  const bios = given.firmware?.indexOf("bios") ?? -1;
  if (bios < 0) return ["uefi"];
  throw place.fail("iso-firmware", `A machine with an ${place.arch} processor has no BIOS.`, {
    at: ["firmware", bios],
    advice: "Write firmware: [uefi].",
  });
}

/**
 * The firmware to boot with: the one asked for, else a BIOS where that can start it.
 * @param arch guessed from nothing: an ISO for aarch64 is one that names uefi alone
 * @throws Failure `not-bootable`
 */
export function bootFirmware(
  given: IsoParameters,
  wanted: FirmwareKind | undefined,
): FirmwareKind | undefined {
  const own = ownImages(given);
  const there = own.length > 0 ? own.map(image => image.platform ?? "bios") : given.firmware;
  if (there === undefined) return wanted;
  if (wanted === undefined) return there.includes("bios") ? "bios" : there[0];
  if (there.includes(wanted)) return wanted;
  throw new Failure(
    "not-bootable",
    `The ISO is made for ${there.join(" and ")}, so ${wanted} cannot start it.`,
    {
      advice: `Add ${wanted} to the output's firmware, or remove boot.firmware.`,
    },
  );
}
