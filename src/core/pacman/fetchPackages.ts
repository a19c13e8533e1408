import { together } from "../build/together.ts";
import type { WorkContext } from "../stages/stage.ts";
import { fetchPackage } from "./fetchPackage.ts";
import { fetchSignature } from "./fetchSignature.ts";
import type { PinnedPackage } from "./package.ts";
import type { Repository } from "./repository.ts";

/** A package that is here, its bytes known to be those of the database. */
export interface FetchedPackage extends PinnedPackage {
  /** Absolute. */
  readonly path: string;
  /** Detached signature, absolute path; undefined where none is asked for, or none is needed and there is none. */
  readonly signaturePath: string | undefined;
}

// As many connections as pacman itself opens to a server (ParallelDownloads).
const lanes = 5;

/**
 * Fetches packages for a stage, each once for all recipes, telling it how many bytes of all of them are here.
 * @returns them in the order of `packages`.
 * @throws Failure as fetchPackage() and fetchSignature() do.
 */
export async function fetchPackages(
  packages: readonly PinnedPackage[],
  repositories: readonly Repository[],
  context: WorkContext,
): Promise<FetchedPackage[]> {
  const total = packages.reduce((sum, each) => sum + each.size, 0);
  const here = packages.map(() => 0);
  const fetched: FetchedPackage[] = [];
  const queue = packages.entries();
  const lane = async (signal: AbortSignal): Promise<void> => {
    for (const [index, wanted] of queue) {
      const repository = repositories.find(each => each.name === wanted.repository);
      const onProgress = (done: number) => {
        here[index] = done;
        const sum = here.reduce((all, each) => all + each, 0);
        context.progress(sum, total, "bytes");
      };
      const path = await fetchPackage(wanted, repository, context, signal, onProgress);
      const signaturePath = await fetchSignature(wanted, repository, context, signal);
      onProgress(wanted.size);
      fetched[index] = { ...wanted, path, signaturePath };
    }
  };
  await together(
    Array.from({ length: lanes }, () => lane),
    context.signal,
  );
  return fetched;
}
