import { Type } from "@sinclair/typebox";

/** The field `overlay` of outputs whose file system cannot be written to. */
export const overlayField = () =>
  Type.Boolean({
    description:
      "When booted, keep what is written in memory, over the image; it is gone after a restart. `false` boots with a root that cannot be written to.",
    default: true,
  });

/** Which machines the initrd of such an output serves where the recipe does not say; a sentence. */
export const usualDrivers = "Default: QEMU with a virtio disk, as `whittle boot` has it.";
