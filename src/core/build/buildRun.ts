import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../host/host.ts";
import type { LoadedItem } from "../recipe/loaded.ts";
import { explainCacheUnusable } from "./cacheUnusable.ts";
import type { BuildListener, WorkRef } from "./events.ts";
import { isAbort, locateFailure } from "./failureOf.ts";
import { createJobSlots, type JobSlots } from "./jobSlots.ts";
import type { Kinds } from "./kinds.ts";
import type { Plan } from "./plan.ts";
import { prepareStore, type StorePaths, storePaths, usedKeysFile } from "./storePaths.ts";
import { sweep } from "./sweep.ts";
import { makeTempFolder, type TempFolder } from "./tempFolder.ts";

/** What all work of one running build shares. */
export interface BuildRun {
  readonly plan: Plan;
  readonly host: Host;
  readonly kinds: Kinds;
  readonly paths: StorePaths;
  /** Absolute folder of the images. */
  readonly outDir: string;
  readonly slots: JobSlots;
  readonly emit: BuildListener;
  /** Aborted by the caller, or because other work of this build failed. */
  readonly signal: AbortSignal;
  readonly temp: TempFolder;
  /** Whether something new went into the store. */
  stored: boolean;
  /** What went wrong first, as people should see it. */
  failure: { readonly work: WorkRef | undefined; readonly error: unknown } | undefined;
  /** Notes a failure (the first one counts) and stops all other work. Returns the error to throw. */
  fail(error: unknown, work: WorkRef | undefined, item: LoadedItem | undefined): unknown;
}

export interface RunParts {
  readonly plan: Plan;
  readonly host: Host;
  readonly kinds: Kinds;
  readonly outDir: string;
  readonly emit: BuildListener;
  readonly signal: AbortSignal;
}

/**
 * Cleans up after killed builds and makes the folders that this one needs.
 * @throws Failure `cache-unusable`, `disk-full`.
 */
export async function openRun(parts: RunParts): Promise<BuildRun> {
  const { host, plan, outDir } = parts;
  const paths = storePaths(host.cacheDir);
  const stop = new AbortController();
  const folders = [host.cacheDir, outDir];
  const temp = await prepare(paths, host.cacheDir, plan).catch((error: unknown) => {
    throw locateFailure(error, undefined, folders);
  });
  const run: BuildRun = {
    ...parts,
    paths,
    temp,
    slots: createJobSlots(host.jobs),
    signal: AbortSignal.any([parts.signal, stop.signal]),
    stored: false,
    failure: undefined,
    fail(error, work, item) {
      const seen = locateFailure(error, item, folders);
      if (!run.failure && !(isAbort(error) && run.signal.aborted)) run.failure = { work, error: seen };
      stop.abort(new DOMException("Other work of this build failed.", "AbortError"));
      return seen;
    },
  };
  return run;
}

async function prepare(paths: StorePaths, cacheDir: string, plan: Plan): Promise<TempFolder> {
  try {
    prepareStore(paths);
    await sweep(paths);
    const temp = makeTempFolder(paths.temp);
    writeFileSync(join(temp.path, usedKeysFile), JSON.stringify(plan.stages.map(stage => stage.key)));
    return temp;
  } catch (error) {
    throw explainCacheUnusable(error, cacheDir);
  }
}
