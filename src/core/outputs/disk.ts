import { Failure } from "../failure.ts";
import { bootKernel } from "./bootKernel.ts";
import { diskParameters } from "./disk/diskSchema.ts";
import { diskUuids } from "./disk/diskUuids.ts";
import { bootPlan, diskLoaderPackages, firmwareOf } from "./disk/loader/bootPlan.ts";
import { defineOutput } from "./output.ts";

export const disk = defineOutput({
  kind: "disk",
  version: 3,
  icon: "database",
  summary:
    "A disk with the root in a file system. It boots by itself, by BIOS or UEFI, or with the kernel and initrd beside it.",
  parameters: diskParameters,
  example: "{ format: qcow2, firmware: both }",
  async resolve(given, context) {
    const packages = diskLoaderPackages(bootPlan(given, context), context.arch);
    if (packages.length === 0) return null;
    const { resolveLoaders } = await import("./loaders/loaderPackages.ts");
    return resolveLoaders(packages, [given.bootloader === undefined ? "firmware" : "bootloader"], context);
  },
  async apply(given, context, resolved) {
    const { makeDisk } = await import("./disk/makeDisk.ts");
    return makeDisk(given, resolved, diskUuids(given, bootPlan(given, context).table, context));
  },
  boot(given, files, wanted) {
    const image = files.find(file => file.role === "image");
    const drives = image === undefined ? [] : [{ path: image.path, format: given.format ?? "raw" } as const];
    const firmware = firmwareOf(given);
    if (firmware.length > 0) {
      if (wanted === undefined || firmware.includes(wanted)) {
        return { drives, cmdline: [], firmware: wanted ?? firmware[0] };
      }
      throw new Failure(
        "not-bootable",
        `The disk is made for ${firmware[0]}, so ${wanted} cannot start it.`,
        {
          advice: "Write firmware: both at the output, or remove boot.firmware.",
        },
      );
    }
    const initrd = files.find(file => file.role === "initrd")?.path;
    const cmdline = image?.cmdline ?? ["root=/dev/vda", "rootfstype=ext4", "rw"];
    return { kernel: bootKernel(files), initrd, drives, cmdline, ...(wanted && { firmware: wanted }) };
  },
});
