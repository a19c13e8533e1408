import { join } from "node:path";
import type { PackageVersion } from "../../../debian/package.ts";
import { resolvePackage } from "../../../debian/resolvePackage.ts";
import type { Arch, Host } from "../../../host/host.ts";
import type { Json } from "../../../stages/stage.ts";
import { applets, bootScript } from "./bootScript.ts";
import { busyboxPackage } from "./busyboxProgram.ts";
import { guestModuleNames } from "./guestModules.ts";
import { helperKernelPackages } from "./helperKernel.ts";
import { keptFolder } from "./keptFolder.ts";
import { packageClosure } from "./packageClosure.ts";

/** What a guest is started with; absolute paths of files that never change. */
export interface HelperSystem {
  readonly kernel: string;
  /** Parts of an initramfs, each a compressed cpio. */
  readonly boot: string;
  readonly fileSystems: string;
}

export interface HelperRequest {
  readonly arch: Arch;
  readonly signal: AbortSignal;
  readonly log?: ((line: string) => void) | undefined;
}

// Raised when the same packages and scripts give other files.
const format = 1;
/** Every tools disk has these: what /task/main and the capture of changes call. */
const basePackages = [
  ...["bash", "coreutils", "dash", "findutils", "gzip", "perl-base", "sed", "tar", "util-linux", "zstd"],
];
/** Packages do not say that they need these: on Debian everybody has them. */
const essentialPackages = [
  ...[
    "base-files",
    "base-passwd",
    "bsdutils",
    "debianutils",
    "diffutils",
    "dpkg",
    "grep",
    "hostname",
    "libc-bin",
  ],
  ...["login", "mawk", "mount", "ncurses-base", "sysvinit-utils"],
];

/**
 * The kernel that guests run and its initramfs, made from Debian's packages on first use and then kept in the cache.
 * @throws Failure `vm-kernel-unfit`; those of resolvePackage() and fetchPackage().
 */
export async function helperSystem(host: Host, request: HelperRequest): Promise<HelperSystem> {
  const { arch, signal, log } = request;
  const kernel = await helperKernelPackages(host, request);
  const busybox = await resolvePackage(host, { package: busyboxPackage, arch, signal, log });
  const made = { bootScript, applets, guestModuleNames };
  const facts = { format, arch, made, kernel: versions(kernel), busybox: versions([busybox]) };
  const folder = await keptFolder(host, "kernel", facts, request, async (into, work) => {
    log?.(`Making the helper VM's system from ${kernel.at(-1)?.package} ${kernel.at(-1)?.version}`);
    const { makeKernelParts } = await import("./kernelParts.ts");
    await makeKernelParts(into, kernel, busybox, work);
  });
  const file = (name: string): string => join(folder, name);
  return {
    kernel: file("kernel"),
    boot: file("boot.cpio.gz"),
    fileSystems: file("filesystems.cpio.gz"),
  };
}

/**
 * A read-only ext4 disk with the named Debian packages and the base that every guest has.
 * @returns absolute path.
 * @throws Failure `package-unknown`; those of fetchPackage().
 */
export async function toolsDisk(
  host: Host,
  names: readonly string[],
  request: HelperRequest,
): Promise<string> {
  const more = names.length > 0 ? [...essentialPackages, ...names] : [];
  const wanted = [...new Set([...basePackages, ...more])].sort();
  const packages = await packageClosure(host, { ...request, names: wanted });
  const facts = { format, arch: request.arch, tools: versions(packages) };
  const folder = await keptFolder(host, "tools", facts, request, async (into, work) => {
    const what = names.length > 0 ? ` with ${names.join(", ")}` : "";
    request.log?.(`Making the helper VM's tools disk${what}: ${packages.length} packages`);
    const { makeToolsDisk } = await import("./toolsDisk.ts");
    await makeToolsDisk(join(into, "tools.raw"), packages, work);
  });
  return join(folder, "tools.raw");
}

function versions(packages: readonly PackageVersion[]): Json {
  return packages.map(each => `${each.package} ${each.version} ${each.sha256}`);
}
