import { type Drivers, ownMachine } from "../initrd/machines.ts";
import type { DiskParameters } from "./diskSchema.ts";

/**
 * The machines that a disk's initrd serves where the recipe does not say. A disk that boots by itself is for others,
 * and a raw one is also what is written to a stick.
 */
export function usualDrivers({ firmware = "none", format = "raw" }: DiskParameters): Drivers {
  if (firmware === "none") return ownMachine;
  return format === "raw" ? "any" : "virtual";
}
