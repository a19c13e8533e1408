import { archive } from "./archive.ts";
import { busybox } from "./busybox.ts";
import { files } from "./files.ts";
import { keep } from "./keep.ts";
import { kernel } from "./kernel.ts";
import { remove } from "./remove.ts";
import type { AnyStageKind } from "./stage.ts";
import { tree } from "./tree.ts";

/** Every stage kind, in the order completion offers them. Schema, hover, docs and icons follow from this list. */
export const stageKinds: readonly AnyStageKind[] = [archive, kernel, busybox, files, tree, remove, keep];
