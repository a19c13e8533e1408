import { join } from "node:path";
import { Failure } from "../failure.ts";
import type { LoadedItem } from "../recipe/loaded.ts";
import type { WorkContext } from "../stages/stage.ts";
import type { BuildRun } from "./buildRun.ts";
import type { WorkRef } from "./events.ts";
import { type HashedInput, hashInputs } from "./hashInputs.ts";
import { placeOf } from "./place.ts";
import { removeFolder } from "./removeFolder.ts";
import { makeTempFolder, type TempFolder } from "./tempFolder.ts";
import { type StageWarning, warningDiagnostic } from "./warnings.ts";

/** One stage or output at work. */
export interface Work {
  readonly ref: WorkRef;
  readonly context: WorkContext;
  /** Folder of this work alone; scratch folders lie inside. */
  readonly temp: TempFolder;
  /** What it warned about so far. */
  readonly warnings: readonly StageWarning[];
  /** Removes everything temporary of this work. */
  end(): Promise<void>;
}

/** Prepares the context that stages and outputs have in common. */
export function openWork(run: BuildRun, ref: WorkRef, item: LoadedItem): Work {
  const temp = makeTempFolder(run.temp.path);
  const warnings: StageWarning[] = [];
  const context: WorkContext = {
    ...placeOf(item, run.plan.recipe),
    host: run.host,
    signal: run.signal,
    clock: run.plan.clock,
    scratch: () => temp.folder(),
    log: line => run.emit({ type: "log", work: ref, line }),
    progress: (done, total, unit) => run.emit({ type: "progress", work: ref, done, total, unit }),
    warn(message, at = []) {
      const warning = { message, at };
      warnings.push(warning);
      run.emit({ type: "warning", work: ref, diagnostic: warningDiagnostic(item, warning) });
    },
  };
  return { ref, context, temp, warnings, end: () => removeFolder(temp.path) };
}

/** How to wait for the lock of `key`: abortable, and told to whoever listens. */
export function lockOf(run: BuildRun, ref: WorkRef, key: string) {
  return {
    path: join(run.paths.locks, `${key}.lock`),
    wait: {
      signal: run.signal,
      onWait: (pid: number) =>
        run.emit({
          type: "log",
          work: ref,
          line: `waiting for another build (process ${pid}) that makes the same`,
        }),
    },
  };
}

/**
 * Checks that the inputs are still what the key was made from: a result must never be kept under the key of
 * other contents.
 * @throws Failure `input-changed`.
 */
export async function checkInputs(
  run: BuildRun,
  item: LoadedItem & { inputs: readonly HashedInput[] },
): Promise<void> {
  const place = placeOf(item, run.plan.recipe);
  const now = await hashInputs(item.inputs, place, run.host.cacheDir, run.signal);
  const changed = item.inputs.find((input, index) => now[index]?.sha256 !== input.sha256);
  if (!changed) return;
  throw new Failure("input-changed", `${changed.path} changed while it was being built.`, {
    range: item.locate(changed.at),
    advice: "Build again when nothing writes to it any more.",
  });
}
