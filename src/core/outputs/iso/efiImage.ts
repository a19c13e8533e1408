import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { runTool } from "../../host/runTool.ts";
import { efiProgramNames } from "../loaders/grubImage.ts";
import type { OutputContext } from "../output.ts";

const sector = 512;
// Boot sector, root folder, the two folders in it, and a little more.
const otherSectors = 24;
// FAT12 takes 12 bits for each cluster.
const clustersInSector = Math.floor((sector * 8) / 12);
// FAT knows no time before this: 1980.
const firstTime = 315_532_800;

/**
 * The smallest image of a FAT file system with `program` where UEFI looks for it.
 * @param identity names the bytes of `program`
 * @returns path of the image, read only, kept between builds
 * @throws Failure `tool-missing`, `tool-failed`
 */
export function efiImage(program: string, identity: string, context: OutputContext): Promise<string> {
  const { host, signal, clock, arch } = context;
  const serial = createHash("sha256").update(identity).digest("hex").slice(0, 8);
  const time = Math.max(firstTime, clock);
  return context.derived(`efi image ${arch} ${serial} ${time} ${identity}`, async path => {
    const folder = await context.scratch();
    const content = Math.ceil((await stat(program)).size / sector) + otherSectors;
    // UEFI and CDs count in sectors of 2048 bytes.
    const sectors = Math.ceil((content + Math.ceil(content / clustersInSector)) / 4) * 4;
    // Nothing of the user's own settings may count.
    const env = { SOURCE_DATE_EPOCH: String(time), HOME: folder, MTOOLSRC: "/dev/null" };
    const run = (tool: "mformat" | "mmd" | "mcopy", args: readonly string[]) =>
      runTool(host, tool, ["-i", path, ...args], { signal, env });
    const shape = ["-T", String(sectors), "-h", "1", "-s", String(sectors)];
    await run("mformat", ["-C", "-N", serial, ...shape, "-d", "1", "-r", "1", "-c", "1", "::"]);
    await run("mmd", ["::EFI", "::EFI/BOOT"]);
    await run("mcopy", [program, `::EFI/BOOT/${efiProgramNames[arch]}`]);
  });
}
