import { disk } from "./disk.ts";
import { initramfs } from "./initramfs.ts";
import type { AnyOutputKind } from "./output.ts";
import { tar } from "./tar.ts";
import { uki } from "./uki.ts";

/** Every output kind, in the order completion offers them. */
export const outputKinds: readonly AnyOutputKind[] = [initramfs, disk, uki, tar];
