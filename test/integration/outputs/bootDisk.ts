import { findFirmware } from "../../../src/core/machine/firmware/findFirmware.ts";
import type { BootMedia } from "../../../src/core/outputs/output.ts";
import { runMachine } from "./bootOnce.ts";
import type { BenchContext } from "./outputBench.ts";

/** Boots nothing but the file of a disk, which stays as it is; what the console said. */
export async function bootDisk(
  context: BenchContext,
  { drives, kernel: beside, firmware }: BootMedia,
): Promise<string> {
  if (beside !== undefined) throw new Error("The disk does not boot by itself.");
  const [drive] = drives;
  const args = ["-m", "256", "-drive", `file=${drive?.path},format=${drive?.format},if=virtio,snapshot=on`];
  if (firmware !== "uefi") return runMachine(context.host, args);
  const { code, variables } = await findFirmware(context.host, "x86_64");
  return runMachine(context.host, [
    ...["-machine", "q35", ...args],
    ...["-drive", `if=pflash,unit=0,format=raw,readonly=on,file=${code}`],
    ...["-drive", `if=pflash,unit=1,format=raw,snapshot=on,file=${variables}`],
  ]);
}
