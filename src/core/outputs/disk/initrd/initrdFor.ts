import { readModuleIndex } from "../../../kernel/moduleIndex.ts";
import { located } from "../../located.ts";
import type { OutputContext, ProducedFile } from "../../output.ts";
import { modulesForRoot, rootDriversOf } from "./rootDrivers.ts";
import type { RootFileSystem } from "./rootFileSystem.ts";
import { makeInitrd } from "./writeInitrd.ts";

/**
 * The initrd, where a kernel needs one to reach its root: because drivers are modules, or for the overlay.
 * @param release the kernel's, as it names its folder of modules
 * @param fileName of the initrd
 * @throws Failure `kernel-driver-missing`, `modules-not-indexed`, located
 */
export async function initrdFor(
  release: string,
  fileName: string,
  root: RootFileSystem,
  context: OutputContext,
): Promise<readonly ProducedFile[]> {
  const index = await located(context, () => readModuleIndex(context.tree, release));
  if (!index.builtin) {
    const drivers = rootDriversOf(root).map(driver => driver.module);
    context.warn(
      `The image has no lib/modules/${release || "RELEASE"}/modules.builtin: what is not a module (${drivers.join(", ")}) is taken to be built into the kernel.`,
    );
  }
  const modules = await located(context, () => modulesForRoot(index, root));
  if (modules.length === 0 && !root.overlay) return [];
  const path = await makeInitrd(context, modules, root);
  return [{ role: "initrd", fileName, path }];
}
