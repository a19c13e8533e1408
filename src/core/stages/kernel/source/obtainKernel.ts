import { createWriteStream, existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PackageVersion } from "../../../debian/package.ts";
import { Failure } from "../../../failure.ts";
import { isUrl } from "../../../kconfig/build/sourceInputs.ts";
import { versionInFolder } from "../../../kconfig/build/sourceVersion.ts";
import { checkClean, packSource, type SourceTar, unpackSource } from "../../../kconfig/build/unpackSource.ts";
import type { StageContext } from "../../stage.ts";
import type { KernelFacts } from "./facts.ts";
import type { KernelFromSource } from "./schema.ts";

// All that `make …config` reads: a tenth of the files.
const forConfiguring = [
  ...["*/Kconfig*", "*/Makefile*", "*/Kbuild*", "*/scripts/*", "*/configs/*"],
  ...["*/include/linux/compiler*.h", "*/include/linux/kconfig.h"],
];

/** The source of a kernel on this host. */
export interface KernelTree {
  /** All of it. */
  readonly tar: SourceTar;
  /** What its configuration is made from, unpacked. Absolute. */
  readonly folder: string;
  /** As its Makefile says it. */
  readonly version: string;
}

/** @throws Failure `source-unknown`, `source-not-clean`, `source-damaged`; those of obtainSource() and fetchPackage(). */
export async function obtainKernel(
  { source, sha256 }: KernelFromSource,
  facts: KernelFacts,
  context: StageContext,
): Promise<KernelTree> {
  if (typeof source !== "string") {
    const wanted = facts.source as PackageVersion;
    return treeIn(await fromPackage(wanted, context), wanted.package, context);
  }
  const local = resolve(context.baseDir, source);
  if (!isUrl(source) && (await stat(local)).isDirectory()) {
    if ((await kernelVersion(local)) === undefined) throw noKernelSource(local);
    checkClean(local, [".config", "include/config", `arch/${kernelArch(context.arch)}/include/generated`]);
    const { path } = await packSource(local, context);
    return treeIn(path, local, context);
  }
  const { obtainSource } = await import("../../archive/source.ts");
  return treeIn(await obtainSource(source, sha256, context), source, context);
}

/** What the kernel calls the folder of an architecture. */
export function kernelArch(arch: StageContext["arch"]): "x86" | "arm64" {
  return arch === "x86_64" ? "x86" : "arm64";
}

async function fromPackage(wanted: PackageVersion, context: StageContext): Promise<string> {
  const { fetchPackages } = await import("../../../debian/fetchPackages.ts");
  const { packageMembers } = await import("../../../debian/packageMembers.ts");
  const [deb] = await fetchPackages([wanted], context);
  if (deb === undefined) throw new Error("A package was asked for and none came.");
  for await (const member of packageMembers(context.host, deb, context.signal)) {
    if (member.type !== "file" || !/\/linux-source-[^/]+\.tar\.[a-z0-9]+$/.test(member.name)) continue;
    const path = join(await context.scratch(), member.name.replace(/^.*\//, ""));
    await pipeline(Readable.from(member.content), createWriteStream(path), { signal: context.signal });
    return path;
  }
  throw new Failure("source-unknown", `The package ${wanted.package} does not hold the source of a kernel.`, {
    advice: "Name a package as linux-source-6.1.",
  });
}

async function treeIn(path: string, name: string, context: StageContext): Promise<KernelTree> {
  const { folder, tar } = await unpackSource(path, name, context, forConfiguring);
  const version = await kernelVersion(folder);
  if (version === undefined) throw noKernelSource(name);
  return { tar, folder, version };
}

/** Undefined for what is no kernel's source. */
async function kernelVersion(folder: string): Promise<string | undefined> {
  const found = existsSync(join(folder, "Kconfig")) && existsSync(join(folder, "init"));
  return found ? versionInFolder(folder) : undefined;
}

function noKernelSource(name: string): Failure {
  return new Failure("source-unknown", `${name} does not hold the source of a kernel.`, {
    advice:
      "Give what kernel.org has as linux-VERSION.tar.xz, or a folder with a Makefile and a Kconfig file as that has.",
  });
}
