import type { WorkRef } from "../build/events.ts";
import { planBuild } from "../build/planBuild.ts";
import type { Host } from "../host/host.ts";
import type { LoadedRecipe } from "../recipe/loaded.ts";
import { comparePins, lockPlan, type PinChange } from "./lockPlan.ts";
import { readLockFile } from "./readLockFile.ts";
import { lockText, writeLockFile } from "./writeLockFile.ts";

export interface HoldOptions {
  /** Look everything up anew; else only what the lock file does not hold yet. */
  readonly update: boolean;
  readonly signal: AbortSignal;
  readonly onLog?: ((work: WorkRef, line: string) => void) | undefined;
}

export interface Held {
  /** Absolute path of the lock file. */
  readonly file: string;
  /** False when it already said all of this. */
  readonly written: boolean;
  readonly changes: readonly PinChange[];
}

/**
 * Brings the lock file of a recipe up to date.
 * @throws Failure when something cannot be looked up; the file is then as before.
 */
export async function holdVersions(recipe: LoadedRecipe, host: Host, options: HoldOptions): Promise<Held> {
  const { update, signal, onLog } = options;
  const before = await readLockFile(recipe.file);
  const lock = update ? "ignore" : "follow";
  const plan = await planBuild(recipe, host, signal, { lock, fresh: update, onLog });
  const after = lockPlan(plan, before);
  const written = before === undefined || lockText(before) !== lockText(after);
  if (written) await writeLockFile(after);
  return { file: after.path, written, changes: comparePins(before, after, recipe.arch) };
}

/** A change in words: `vim 1.0 -> 2.0`. */
export function changeText({ name, from, to }: PinChange): string {
  if (from === undefined) return `${name} ${to ?? ""}`;
  return to === undefined ? `${name} ${from} is no longer needed` : `${name} ${from} -> ${to}`;
}
