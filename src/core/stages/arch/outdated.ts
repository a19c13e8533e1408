import { Failure } from "../../failure.ts";
import { currentDatabases, databaseArea } from "../../pacman/databaseArea.ts";
import type { Repository } from "../../pacman/repository.ts";
import { updateDatabases } from "../../pacman/updateDatabases.ts";
import type { StageContext } from "../stage.ts";

/**
 * Runs `work`. When the servers have dropped what it was to fetch, it fetches newer databases, so that the next plan is
 * made with those, and says so.
 */
export async function renewingWhenOutdated<T>(
  repositories: readonly Repository[],
  context: StageContext,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "package-outdated") throw error;
    const { host, arch, signal, log } = context;
    const area = databaseArea(host, arch, repositories);
    const before = currentDatabases(area);
    const after = await updateDatabases(host, area, before, { signal, log });
    const newer = after.id !== before?.id;
    throw new Failure("package-outdated", error.message, {
      advice: newer
        ? "Newer databases are here now: build again. Versions that a lock file holds are had anew with `whittle lock " +
          "--update`, or `snapshot` names a day that has them."
        : "The servers' own databases still name it: choose another mirror, or a day with `snapshot`.",
      cause: error,
    });
  }
}
