import { aptArea, currentLists } from "../../../debian/aptArea.ts";
import { debianArch } from "../../../debian/architecture.ts";
import { existing } from "../../../debian/findPackage.ts";
import { recall, remember } from "../../../debian/listMemo.ts";
import type { PackageVersion } from "../../../debian/package.ts";
import { refreshPackageLists } from "../../../debian/refreshPackageLists.ts";
import type { Host } from "../../../host/host.ts";
import { kernelPackages } from "../../../stages/kernel/kernelPackages.ts";
import type { HelperRequest } from "./helperSystem.ts";

/**
 * The packages of the kernel that guests run: the smallest that the mirrors have.
 * @throws Failure `package-unknown` when they have none of those that are known here.
 */
export async function helperKernelPackages(host: Host, request: HelperRequest): Promise<PackageVersion[]> {
  const { arch, signal, log } = request;
  const name = debianArch(arch);
  // Debian's for virtual machines, Ubuntu's, Debian's for everything.
  const names = [`linux-image-cloud-${name}`, "linux-image-virtual", `linux-image-${name}`];
  const area = aptArea(host, arch);
  if (!currentLists(area)) await refreshPackageLists(host, signal, { arch, log });
  const lists = currentLists(area);
  const known = lists && recall(lists, ["kernel", ...names]);
  const found = known ?? (lists && (await existing(host, area, lists, names, signal))[0]) ?? names[0];
  if (lists && known === undefined) remember(lists, ["kernel", ...names], String(found));
  return kernelPackages(host, { package: String(found), arch, signal, log });
}
