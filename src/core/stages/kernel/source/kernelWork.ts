import { places } from "../../../kconfig/build/places.ts";
import type { Toolchain } from "../../../kconfig/build/toolchain.ts";
import type { Sandbox } from "../../../sandbox/sandbox.ts";
import type { StageContext } from "../../stage.ts";
import { type KernelTree, kernelArch } from "./obtainKernel.ts";
import type { KernelFromSource } from "./schema.ts";

/** Everything that the steps of a kernel's build have in common. */
export interface KernelWork {
  readonly given: KernelFromSource;
  readonly tree: KernelTree;
  readonly sandbox: Sandbox;
  /** Debian packages that make and its programs come from. */
  readonly packages: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The environment that gives the same kernel everywhere and at any time. */
export function kernelEnvironment(
  toolchain: Toolchain,
  { arch, clock }: StageContext,
): Record<string, string> {
  return {
    ARCH: arch === "x86_64" ? arch : kernelArch(arch),
    CROSS_COMPILE: toolchain.prefix,
    KBUILD_BUILD_TIMESTAMP: buildTime(clock),
    KBUILD_BUILD_USER: "whittle",
    KBUILD_BUILD_HOST: "whittle",
    KBUILD_BUILD_VERSION: "1",
    // Empty, not absent: then nothing is added because of the state of a git folder.
    LOCALVERSION: "",
    GIT_DIR: "/nonexistent",
    KCFLAGS: `-ffile-prefix-map=${places.source}/= -ffile-prefix-map=${places.build}/=`,
    KAFLAGS: `-ffile-prefix-map=${places.source}/= -ffile-prefix-map=${places.build}/=`,
  };
}

/** As `date` says it in UTC: the kernel shows it in `uname -v`. */
function buildTime(clock: number): string {
  const [, day, date, month, year, time] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(clock * 1000).toUTCString()) ?? [];
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} UTC ${year}`;
}
