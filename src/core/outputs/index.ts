import { disk } from "./disk.ts";
import { erofs } from "./erofs.ts";
import { initramfs } from "./initramfs.ts";
import { initrd } from "./initrd.ts";
import { iso } from "./iso.ts";
import { oci } from "./oci.ts";
import type { AnyOutputKind } from "./output.ts";
import { squashfs } from "./squashfs.ts";
import { tar } from "./tar.ts";
import { uki } from "./uki.ts";

/** Every output kind, in the order completion offers them. */
export const outputKinds: readonly AnyOutputKind[] = [
  initramfs,
  disk,
  iso,
  uki,
  squashfs,
  erofs,
  initrd,
  oci,
  tar,
];
