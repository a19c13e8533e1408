import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../../host/runTool.ts";
import type { OutputContext } from "../output.ts";
import { type IsoPlan, xorrisoScript } from "./xorrisoScript.ts";

/**
 * Writes an ISO with xorriso: the same bytes for the same plan, whoever builds, whenever.
 * @returns path of the new file, in a folder of scratch()
 * @throws Failure `tool-missing`, `tool-failed`
 */
export async function writeIso(plan: IsoPlan, context: OutputContext): Promise<string> {
  const { host, signal, clock } = context;
  const folder = await context.scratch();
  const script = join(folder, "xorriso");
  const path = join(folder, "iso");
  await writeFile(script, xorrisoScript(plan));
  const args = ["-no_rc", "-abort_on", "SORRY", "-report_about", "WARNING", "-backslash_codes", "on"];
  args.push("-iso_rr_pattern", "off", "-disk_pattern", "off");
  args.push("-joliet", "off", "-padding", "included", "-outdev", `stdio:${path}`);
  args.push("-options_from_file", script);
  await runTool(host, "xorriso", args, { signal, env: { SOURCE_DATE_EPOCH: String(clock) } });
  await cutToVolume(path);
  return path;
}

const block = 2048;
const firstDescriptor = 16 * block;
const volumeBlocks = 80;

const sector = 512;
const secondPartition = 446 + 16;

/**
 * xorriso writes 32 KiB at a time; the second partition table belongs into the last sector of the file. UEFI's
 * partition may lie behind the volume.
 */
async function cutToVolume(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    const field = Buffer.alloc(4);
    await file.read(field, 0, field.length, firstDescriptor + volumeBlocks);
    const volume = field.readUInt32LE(0) * block;
    const entry = Buffer.alloc(16);
    await file.read(entry, 0, entry.length, secondPartition);
    const partition = (entry.readUInt32LE(8) + entry.readUInt32LE(12)) * sector;
    await file.truncate(Math.max(volume, Math.ceil(partition / block) * block));
  } finally {
    await file.close();
  }
}
