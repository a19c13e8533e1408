import { type Static, Type } from "@sinclair/typebox";
import { choiceField } from "../recipe/fields.ts";
import { driversField } from "./initrd/initrdFields.ts";
import { defineOutput } from "./output.ts";

const parameters = Type.Object(
  {
    filesystem: Type.Optional(
      choiceField(["ext4", "btrfs", "squashfs", "erofs"], {
        description: "File system of the root. ext4 reads ext3 and ext2 as well, with `rootfstype=`.",
        default: "ext4",
      }),
    ),
    overlay: Type.Optional(
      Type.Boolean({
        description:
          "Keep what is written to the root in memory, over a root that stays as it is. Default: true for squashfs and erofs, which cannot be written to.",
      }),
    ),
    root: Type.Optional(
      Type.String({
        pattern: "^(/dev/|UUID=|LABEL=|PARTUUID=)[A-Za-z0-9._/:+-]+$",
        patternErrorMessage: "a device such as /dev/sda2, or UUID=, LABEL= or PARTUUID= and its value",
        description: "The root, where the kernel's command line has no `root=`.",
        default: "/dev/vda",
        examples: ["LABEL=system", "/dev/nvme0n1p2"],
      }),
    ),
    drivers: Type.Optional(driversField("Default: any.")),
  },
  {
    additionalProperties: false,
    description: "For a kernel and a root that lie elsewhere: what the kernel needs to get there.",
  },
);

export type InitrdParameters = Static<typeof parameters>;

// Without boot(): an initrd leads to a root that only whoever uses it has.
export const initrd = defineOutput({
  kind: "initrd",
  version: 1,
  icon: "plug",
  summary:
    "The small initramfs that leads the image's kernel to a root elsewhere: BusyBox, drivers and a script; the kernel lies beside it.",
  parameters,
  example: "{ filesystem: ext4, drivers: any }",
  async apply(given, context) {
    const { makeInitrd } = await import("./initrd/makeInitrd.ts");
    return makeInitrd(given, context);
  },
});
