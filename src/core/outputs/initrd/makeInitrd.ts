import { baseName } from "../fileNames.ts";
import type { InitrdParameters } from "../initrd.ts";
import { extractKernel } from "../kernelFile.ts";
import type { OutputContext, ProducedFile } from "../output.ts";
import { diskScript } from "./diskScript.ts";
import { planForRoot } from "./initrdFor.ts";
import type { RootFileSystem } from "./rootFileSystem.ts";
import { writeInitrd } from "./writeInitrd.ts";

/**
 * Writes an initrd for a root that is not of this build, and takes the kernel out of the tree.
 * @throws Failure `no-kernel`, `kernel-driver-missing`, `modules-not-indexed`, located
 */
export async function makeInitrd(
  given: InitrdParameters,
  context: OutputContext,
): Promise<readonly ProducedFile[]> {
  const { filesystem: type = "ext4", drivers } = given;
  const root: RootFileSystem = { type, overlay: given.overlay ?? (type === "squashfs" || type === "erofs") };
  const kernel = await extractKernel(context, await context.scratch());
  if (!kernel) {
    throw context.fail("no-kernel", "The image has no kernel in /boot, so an initrd would serve none.", {
      advice: "Add a `kernel` stage to the recipe, with the modules.",
    });
  }
  const request = { usual: "any", ...(drivers && { drivers }) } as const;
  const plan = await planForRoot(kernel.kernel.version, root, context, request);
  const path = await writeInitrd(plan, diskScript(root, given.root), context);
  const fileName = `${baseName(context, "initrd")}.initrd.img`;
  return [{ role: "image", fileName, path }, kernel.file];
}
