import { together } from "../build/together.ts";
import type { WorkContext } from "../stages/stage.ts";
import { fetchPackage } from "./fetchPackage.ts";
import type { PackageVersion } from "./package.ts";

/**
 * Fetches packages for a stage, telling it how many bytes of all of them are here.
 * @returns absolute paths of the .debs, in the order of `packages`.
 * @throws Failure as fetchPackage() does.
 */
export async function fetchPackages(
  packages: readonly PackageVersion[],
  context: WorkContext,
): Promise<string[]> {
  const { host, arch, log } = context;
  const total = packages.reduce((sum, each) => sum + each.size, 0);
  const here = packages.map(() => 0);
  const works = packages.map((wanted, index) => async (signal: AbortSignal) => {
    const onProgress = (done: number) => {
      here[index] = done;
      const sum = here.reduce((all, each) => all + each, 0);
      context.progress(sum, total, "bytes");
    };
    return fetchPackage(host, wanted, { arch, signal, log, onProgress });
  });
  return together(works, context.signal);
}
