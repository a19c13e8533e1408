import { compressionOf } from "./compress/compression.ts";
import { bootFirmware, isoFirmware, ownImages } from "./iso/firmware.ts";
import { isoInputs } from "./iso/inputs.ts";
import { isoParameters, usualCompression } from "./iso/schema.ts";
import { defineOutput } from "./output.ts";

export const iso = defineOutput({
  kind: "iso",
  version: 2,
  icon: "record",
  summary: "Boots from a CD or, the same file, from a USB stick; by BIOS and UEFI.",
  parameters: isoParameters,
  example: "{ firmware: [bios, uefi] }",
  inputs: isoInputs,
  async resolve(given, context) {
    if (ownImages(given).length > 0) return null;
    const firmware = isoFirmware(given, context);
    const { cdLoaderPackages, resolveLoaders } = await import("./loaders/loaderPackages.ts");
    return resolveLoaders(cdLoaderPackages(firmware, context.arch), ["firmware"], context);
  },
  async apply(given, context, resolved) {
    const compression = compressionOf(given, usualCompression, context);
    const { makeIso } = await import("./iso/makeIso.ts");
    return makeIso(given, compression, resolved, context);
  },
  boot(given, files, wanted) {
    const image = files.find(file => file.role === "image");
    const firmware = bootFirmware(given, wanted);
    // Kernels made for virtual machines often reach no CD drive; a root in memory needs none.
    const as = given.root === "squashfs" ? "disk" : "cdrom";
    const drives = image ? [{ path: image.path, format: "raw", as } as const] : [];
    return { drives, cmdline: [], ...(firmware === undefined ? {} : { firmware }) };
  },
});
