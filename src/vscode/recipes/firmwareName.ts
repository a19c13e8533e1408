import type { FirmwareKind } from "../../core/outputs/output.ts";

/** As people write it. */
export function firmwareName(firmware: FirmwareKind): string {
  return firmware === "bios" ? "BIOS" : "UEFI";
}
