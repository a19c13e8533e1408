import type { TempFolder } from "../../../build/tempFolder.ts";
import type { PackageVersion } from "../../../debian/package.ts";
import { Failure } from "../../../failure.ts";
import type { Arch, Host } from "../../../host/host.ts";
import { findKernel, type TreeKernel } from "../../../kernel/kernelImage.ts";
import { addKernelPackages } from "../../../stages/kernel/addKernelPackages.ts";
import type { StageContext } from "../../../stages/stage.ts";
import { createLayerBuilder } from "../../../tree/layerBuilder.ts";
import { stackLayers } from "../../../tree/stack.ts";
import type { Tree } from "../../../tree/tree.ts";

export interface HelperWork {
  readonly host: Host;
  readonly arch: Arch;
  readonly temp: TempFolder;
  readonly signal: AbortSignal;
  readonly log?: ((line: string) => void) | undefined;
}

/** The tree that a kernel stage makes of these packages, in a temporary layer. */
export async function kernelTree(
  packages: readonly PackageVersion[],
  work: HelperWork,
): Promise<{ tree: Tree; kernel: TreeKernel }> {
  const { host, arch, temp, signal, log } = work;
  const layer = createLayerBuilder({ folder: await temp.folder(), clock: 0, signal });
  try {
    const context: StageContext = {
      ...{ host, arch, signal, layer, clock: 0, baseDir: temp.path },
      recipe: { name: "whittle-helper", version: undefined },
      fail: (code, message, details) => new Failure(code, message, details),
      scratch: () => temp.folder(),
      log: line => log?.(line),
      progress: () => {},
      warn: line => log?.(line),
      adopt: () => {
        throw new Error("A kernel adopts no layer.");
      },
      below: () => Promise.reject(new Error("A kernel reads no tree.")),
    };
    await addKernelPackages(packages, {}, context);
    const tree = stackLayers([await layer.finish(signal)]);
    const kernel = findKernel(tree);
    if (!kernel) throw new Error("The kernel's packages have no kernel.");
    return { tree, kernel };
  } finally {
    await layer.discard();
  }
}
