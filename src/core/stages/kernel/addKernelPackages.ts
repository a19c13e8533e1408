import { fetchPackages } from "../../debian/fetchPackages.ts";
import type { PackageVersion } from "../../debian/package.ts";
import { packageMembers } from "../../debian/packageMembers.ts";
import type { TarMember } from "../../tree/tarReadMember.ts";
import type { StageContext } from "../stage.ts";
import { openModuleTree } from "./moduleTree.ts";

export interface KernelParts {
  readonly modules?: "all" | "none" | undefined;
  readonly symbols?: boolean | undefined;
  readonly docs?: boolean | undefined;
}

/**
 * Adds a kernel from packages: its image and configuration, its modules with their indexes, and nothing else that
 * the packages hold unless it is asked for.
 * @throws Failure `kernel-not-in-package`; those of fetchPackage().
 */
export async function addKernelPackages(
  packages: readonly PackageVersion[],
  parts: KernelParts,
  context: StageContext,
): Promise<void> {
  const { host, signal } = context;
  const debs = await fetchPackages(packages, context);
  const tree = await openModuleTree(context);
  let images = 0;
  let entries = 0;
  for (const deb of debs) {
    for await (const member of packageMembers(host, deb, signal)) {
      const path = pathOf(member);
      if (member.type === "directory" || !wanted(path, parts)) continue;
      if (/^boot\/vmlinu[xz]-/.test(path)) images++;
      await (path.startsWith("lib/modules/") ? tree.add(path, member) : addPlain(path, member, context));
      context.progress(++entries, undefined, "entries");
    }
  }
  if (images === 0) throw noKernel(packages, context);
  await tree.finish();
}

function wanted(path: string, { modules = "all", symbols = false, docs = false }: KernelParts): boolean {
  if (/^boot\/(?:vmlinu[xz]|config)-[^/]+$/.test(path)) return true;
  if (/^boot\/System\.map-[^/]+$/.test(path)) return symbols;
  if (path.startsWith("lib/modules/")) return modules === "all";
  return docs && path.startsWith("usr/share/doc/");
}

/** As an image has it; modules always in lib/modules, which is a link on systems that keep them in usr/lib. */
function pathOf(member: TarMember): string {
  const path = member.name.replace(/^\.?\/+/, "");
  return path.startsWith("usr/lib/modules/") ? path.slice("usr/".length) : path;
}

async function addPlain(path: string, member: TarMember, { layer }: StageContext): Promise<void> {
  const { mode, uid, gid, mtime, size } = member;
  const base = { path, mode, uid, gid, mtime };
  if (member.type === "file") return layer.add({ type: "file", ...base }, { stream: member.content, size });
  if (member.type === "symlink") return layer.add({ type: "symlink", ...base, target: member.link });
}

function noKernel(packages: readonly PackageVersion[], context: StageContext) {
  const names = packages.map(each => each.package).join(", ");
  return context.fail("kernel-not-in-package", `There is no kernel image in ${names}.`, {
    advice: "Name a package of a kernel, as linux-image-cloud-amd64 or linux-image-amd64.",
  });
}
