import type { PackageVersion } from "../../debian/package.ts";
import { type ResolveOptions, resolvePackage } from "../../debian/resolvePackage.ts";
import type { Host } from "../../host/host.ts";

// Debian's and Ubuntu's metapackages, and kernels that are split into image, binary and modules.
const partOfKernel = /^linux-(?:image|binary|modules)-/;

/**
 * The packages that make up a kernel: the one asked for and those it points to, in the order they were found.
 * @throws Failure as resolvePackage() does.
 */
export async function kernelPackages(host: Host, options: ResolveOptions): Promise<PackageVersion[]> {
  const found = new Map<string, PackageVersion>();
  const asked = new Set<string>();
  const queue = [options.package];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (asked.has(name)) continue;
    asked.add(name);
    const { depends, ...version } = await resolvePackage(host, { ...options, package: name });
    found.set(version.package, version);
    queue.push(...depends.filter(each => partOfKernel.test(each)));
  }
  return [...found.values()];
}
