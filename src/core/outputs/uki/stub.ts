import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fetchPackage } from "../../debian/fetchPackage.ts";
import type { PackageVersion } from "../../debian/package.ts";
import { packageMembers } from "../../debian/packageMembers.ts";
import type { OutputContext } from "../output.ts";

const stubNames = { x86_64: "linuxx64.efi.stub", aarch64: "linuxaa64.efi.stub" } as const;

/**
 * Takes systemd's stub out of its Debian package.
 * @returns path of the stub in `folder`
 * @throws Failure `uki-stub`; those of fetchPackage()
 */
export async function takeStub(
  wanted: PackageVersion,
  folder: string,
  context: OutputContext,
): Promise<string> {
  const { host, arch, signal } = context;
  const deb = await fetchPackage(host, wanted, { arch, signal, log: line => context.log(line) });
  const name = stubNames[arch];
  for await (const member of packageMembers(host, deb, signal)) {
    if (member.type !== "file" || !member.name.endsWith(`/${name}`)) continue;
    const path = join(folder, name);
    await pipeline(member.content, createWriteStream(path), { signal });
    return path;
  }
  throw context.fail("uki-stub", `The package ${wanted.package} ${wanted.version} has no ${name}.`, {
    advice: "Build for x86_64 or aarch64, with the packages of Debian 12 or newer.",
  });
}
