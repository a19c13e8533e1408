import type { Toolchain } from "../../../kconfig/build/toolchain.ts";
import type { Sandbox } from "../../../sandbox/sandbox.ts";
import type { StageContext } from "../../stage.ts";
import type { BusyboxTree } from "./obtainBusybox.ts";
import type { BusyboxFromSource } from "./schema.ts";

/** Everything that the steps of BusyBox's build have in common. */
export interface BusyboxWork {
  readonly given: BusyboxFromSource;
  readonly tree: BusyboxTree;
  readonly sandbox: Sandbox;
  /** Debian packages that make and its programs come from. */
  readonly packages: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The environment that gives the same program everywhere and at any time. */
export function busyboxEnvironment({ prefix }: Toolchain, { arch }: StageContext): Record<string, string> {
  return { ARCH: arch, CROSS_COMPILE: prefix, KCONFIG_NOTIMESTAMP: "1" };
}
