import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "../../stages/stage.ts";
import type { Compression } from "../compress/compression.ts";
import { memberKey } from "../initramfs/memberKey.ts";
import type { LoaderVersions } from "../loaders/loaderPackages.ts";
import type { FirmwareKind, OutputContext } from "../output.ts";
import { wholeCmdline } from "../usualCmdlines.ts";
import { type LinuxBoot, lostOnGrub } from "./bootConfigs.ts";
import { memoryRoot } from "./linuxRoot.ts";
import { liveRoot } from "./live/liveRoot.ts";
import { loaderFiles } from "./loaderFiles.ts";
import type { IsoParameters } from "./schema.ts";
import type { IsoFile, IsoPlan } from "./xorrisoScript.ts";

/**
 * What lies on an ISO that boots the tree's own Linux.
 * @throws Failure `no-kernel`, those of linuxKernel(), of the root and of the loaders
 */
export async function linuxIso(
  given: IsoParameters,
  firmware: readonly FirmwareKind[],
  compression: Compression,
  resolved: Json,
  context: OutputContext,
): Promise<Omit<IsoPlan, "volumeId" | "guid" | "clock">> {
  const lost = firmware.includes("uefi") ? lostOnGrub(given.cmdline ?? "") : undefined;
  if (lost !== undefined) {
    throw context.fail(
      "iso-parameters",
      `GRUB, which boots by UEFI, cannot hand on ${lost} in a command line.`,
      {
        at: ["cmdline"],
        advice: "Use double quotes around values with spaces, or write firmware: [bios].",
      },
    );
  }
  const folder = await context.scratch();
  const id = isoId(given, compression, context);
  const mark: IsoFile = { path: `boot/${id}.id`, source: join(folder, "id") };
  await writeFile(mark.source, "");
  const root =
    given.root === "squashfs"
      ? await liveRoot(given, mark.path, context)
      : await memoryRoot(compression, context);
  const { name, version } = context.recipe;
  const boot: LinuxBoot = {
    kernel: "boot/vmlinuz",
    initrd: "boot/initrd",
    cmdline: wholeCmdline(given.cmdline, context.arch, root.cmdline),
    label: given.label ?? (version === undefined ? name : `${name} ${version}`),
    timeout: given.timeout ?? 0,
    mark: mark.path,
  };
  const loaders = await loaderFiles(boot, firmware, resolved as LoaderVersions, context);
  return {
    files: [
      ...loaders.files,
      { path: boot.kernel, source: root.kernel },
      { path: boot.initrd, source: root.initrd },
      ...root.files,
      mark,
    ],
    attributes: [],
    images: loaders.images,
    diskSector: loaders.diskSector,
  };
}

/** Names what the ISO is made of: another tree or other parameters give another id. */
function isoId(given: IsoParameters, compression: Compression, { tree }: OutputContext): string {
  const key = memberKey(tree.entries, JSON.stringify(given), compression);
  return key.slice(-64, -48);
}
