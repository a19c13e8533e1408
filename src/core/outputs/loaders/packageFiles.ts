import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fetchPackage } from "../../debian/fetchPackage.ts";
import type { PackageVersion } from "../../debian/package.ts";
import { packageMembers } from "../../debian/packageMembers.ts";
import type { OutputContext } from "../output.ts";
import type { LoaderPackage, LoaderVersions } from "./loaderPackages.ts";

/**
 * The version of a package that resolveLoaders() found.
 * @throws Error when it was not asked for, which is a defect
 */
export function versionOf(versions: LoaderVersions, name: LoaderPackage): PackageVersion {
  const version = versions[name];
  if (!version) throw new Error(`${name} was not resolved.`);
  return version;
}

/**
 * Takes the files of a package that `wanted` accepts into the new folder `folder`, by their names alone.
 * @param wanted gets each path without a leading `./`
 * @returns the paths on this machine, by name
 * @throws those of fetchPackage()
 */
export async function takePackageFiles(
  version: PackageVersion,
  wanted: (path: string) => boolean,
  folder: string,
  context: OutputContext,
): Promise<ReadonlyMap<string, string>> {
  const { host, arch, signal } = context;
  const deb = await fetchPackage(host, version, { arch, signal, log: line => context.log(line) });
  await mkdir(folder, { recursive: true });
  const taken = new Map<string, string>();
  for await (const member of packageMembers(host, deb, signal)) {
    if (member.type !== "file" || !wanted(member.name.replace(/^\.\//, ""))) continue;
    const name = basename(member.name);
    const path = join(folder, name);
    await pipeline(member.content, createWriteStream(path), { signal });
    taken.set(name, path);
  }
  return taken;
}

/**
 * One file of a package, kept between builds.
 * @param path inside the package, such as `usr/lib/ISOLINUX/isolinux.bin`
 * @returns path on this machine, read only
 * @throws Failure `loader-missing` when the package has no such file; those of fetchPackage()
 */
export function packageFile(version: PackageVersion, path: string, context: OutputContext): Promise<string> {
  return context.derived(`package file ${version.sha256} ${path}`, async target => {
    const { host, arch, signal } = context;
    const deb = await fetchPackage(host, version, { arch, signal, log: line => context.log(line) });
    for await (const member of packageMembers(host, deb, signal)) {
      if (member.type !== "file" || member.name.replace(/^\.\//, "") !== path) continue;
      await pipeline(member.content, createWriteStream(target), { signal });
      return;
    }
    throw loaderMissing(version, path, context);
  });
}

/** The package is another than the one this was written for. */
export function loaderMissing(version: PackageVersion, what: string, context: OutputContext) {
  return context.fail("loader-missing", `The package ${version.package} ${version.version} has no ${what}.`, {
    advice: "Build with the packages of Debian 12 or newer.",
  });
}
