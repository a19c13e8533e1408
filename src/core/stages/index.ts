import { arch } from "./arch.ts";
import { archive } from "./archive.ts";
import { autologin } from "./autologin.ts";
import { busybox } from "./busybox.ts";
import { debian } from "./debian.ts";
import { files } from "./files.ts";
import { hostname } from "./hostname.ts";
import { keep } from "./keep.ts";
import { kernel } from "./kernel.ts";
import { locale } from "./locale.ts";
import { oci } from "./oci.ts";
import { osrelease } from "./osrelease.ts";
import { presets } from "./presets.ts";
import { remove } from "./remove.ts";
import { run } from "./run.ts";
import type { AnyStageKind } from "./stage.ts";
import { timezone } from "./timezone.ts";
import { tree } from "./tree.ts";
import { users } from "./users.ts";

/** Every stage kind, in the order completion offers them. Schema, hover, docs and icons follow from this list. */
export const stageKinds: readonly AnyStageKind[] = [
  debian,
  arch,
  archive,
  oci,
  kernel,
  busybox,
  files,
  tree,
  run,
  users,
  presets,
  hostname,
  locale,
  timezone,
  osrelease,
  autologin,
  remove,
  keep,
];
