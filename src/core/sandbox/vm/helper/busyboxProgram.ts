import { fetchPackage } from "../../../debian/fetchPackage.ts";
import type { PackageVersion } from "../../../debian/package.ts";
import { packageMembers } from "../../../debian/packageMembers.ts";
import { Failure } from "../../../failure.ts";
import type { Arch, Host } from "../../../host/host.ts";

/** Debian's package of a BusyBox that needs no libraries. */
export const busyboxPackage = "busybox-static";

/** @throws Failure `package-damaged`; those of fetchPackage(). */
export async function busyboxProgram(
  host: Host,
  found: PackageVersion,
  options: { readonly arch: Arch; readonly signal: AbortSignal },
): Promise<Buffer> {
  const deb = await fetchPackage(host, found, options);
  for await (const { name, content } of packageMembers(host, deb, options.signal)) {
    if (!/^(?:\.\/)?(?:usr\/)?bin\/busybox$/.test(name)) continue;
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    return Buffer.concat(parts);
  }
  throw new Failure("package-damaged", `The package ${found.package} ${found.version} has no bin/busybox.`);
}
