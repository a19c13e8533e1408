import { Type } from "@sinclair/typebox";
import { choiceField } from "../../recipe/fields.ts";
import type { Drivers } from "./machines.ts";
import { wayNames } from "./ways.ts";

/** What a recipe says about the initrd of an output. */
export interface InitrdWish {
  readonly initrd?: "auto" | "none";
  readonly drivers?: Drivers;
}

/** The field `initrd` of outputs that a kernel gets its root from. */
export const initrdField = () =>
  choiceField(["auto", "none"], {
    description: "The small initramfs that loads what the kernel needs to reach its root.",
    default: "auto",
    enumDescriptions: [
      "Made where a driver is a module or the root lies under an overlay: BusyBox, those modules and a script.",
      "None: an error where one would be needed.",
    ],
  });

/**
 * The field `drivers`: which machines an initrd serves.
 * @param usual what counts where the recipe does not say, as a sentence
 */
export const driversField = (usual: string) =>
  Type.Union(
    [
      choiceField(["virtio", "virtual", "any"], {
        description: "Machines of a kind.",
        enumDescriptions: [
          "QEMU, KVM and most clouds: smallest.",
          "All usual hypervisors: also SATA, IDE, NVMe, VMware, VirtualBox, Hyper-V and Xen.",
          "PCs as well, from USB sticks and SD cards.",
        ],
      }),
      Type.Array(choiceField(wayNames, { description: "One way to a disk, which the kernel must have." }), {
        minItems: 1,
        uniqueItems: true,
      }),
    ],
    {
      description: `Machines on which the initrd finds the root. What the kernel lacks for some of them is a warning; of a list everything must be there. ${usual}`,
      examples: ["virtio", "any", ["ahci", "usb"]],
    },
  );
