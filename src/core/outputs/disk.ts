import { bootKernel } from "./bootKernel.ts";
import { diskParameters } from "./disk/diskSchema.ts";
import { defineOutput } from "./output.ts";

export const disk = defineOutput({
  kind: "disk",
  version: 1,
  icon: "database",
  summary: "Boots from a disk with an ext4 root; kernel and, where it needs modules, initrd lie beside it.",
  parameters: diskParameters,
  example: "{ format: qcow2, size: auto }",
  async apply(given, context) {
    const { makeDisk } = await import("./disk/makeDisk.ts");
    return makeDisk(given, context);
  },
  boot(given, files) {
    const kernel = bootKernel(files);
    const initrd = files.find(file => file.role === "initrd")?.path;
    const image = files.find(file => file.role === "image")?.path;
    const drives = image === undefined ? [] : [{ path: image, format: given.format ?? "raw" }];
    return { kernel, initrd, drives, cmdline: ["root=/dev/vda", "rootfstype=ext4", "rw"] };
  },
});
