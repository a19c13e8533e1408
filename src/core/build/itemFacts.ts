import type { Diagnostic } from "../../shared/diagnostic.ts";
import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import { type LockFile, lockFilePath, pinOf } from "../lockFile/lockFile.ts";
import type { AnyOutputKind } from "../outputs/output.ts";
import type { LoadedItem, LoadedRecipe } from "../recipe/loaded.ts";
import type { AnyStageKind, Json, ResolveContext } from "../stages/stage.ts";
import { digestOf } from "./digest.ts";
import type { WorkRef } from "./events.ts";
import { type HashedInput, hashInputs } from "./hashInputs.ts";
import { placeOf } from "./place.ts";

/** What a lock file counts for: its pins hold where they fit, all must be there, or it is not looked at. */
export type LockUse = "follow" | "require" | "ignore";

/** All that goes into the key of a stage or output from outside the recipe. */
export interface ItemFacts {
  readonly inputs: readonly HashedInput[];
  readonly resolved: Json;
  /** Only for a kind that has facts from outside. */
  readonly asked: string | undefined;
  readonly warning?: Diagnostic | undefined;
}

export interface FactOptions {
  readonly lock?: LockUse | undefined;
  readonly fresh?: boolean | undefined;
  readonly onLog?: ((work: WorkRef, line: string) => void) | undefined;
}

type FactsOf = (
  work: WorkRef,
  item: LoadedItem,
  kind: AnyStageKind | AnyOutputKind,
  signal: AbortSignal,
) => Promise<ItemFacts>;

/**
 * Reads the recipe's lock file, once, and returns what finds the facts of a stage or output.
 * @throws Failure `lock-invalid`; later `lock-missing` or `lock-outdated` when the lock file must have everything.
 */
export async function openItemFacts(
  recipe: LoadedRecipe,
  host: Host,
  options: FactOptions,
): Promise<FactsOf> {
  const { lock: use = "follow", fresh = false, onLog } = options;
  const lock = use === "ignore" ? undefined : await lockOf(recipe);
  return async (work, item, kind, signal) => {
    const place = placeOf(item, recipe);
    const inputs = await hashInputs(
      kind.inputs?.(item.parameters, place) ?? [],
      place,
      host.cacheDir,
      signal,
    );
    if (!kind.resolve) return { inputs, resolved: null, asked: undefined };
    const asked = digestOf({
      kind: item.kind,
      version: kind.version,
      parameters: (item.parameters ?? null) as Json,
      inputs: inputs.map(each => each.sha256),
    });
    const { pin, outdated } = pinOf(lock, work, recipe.arch, asked);
    if (pin && !isLocal(kind)) return { inputs, resolved: pin.resolved, asked };
    const log = (line: string): void => onLog?.(work, line);
    const context: ResolveContext = { ...place, host, signal, fresh, log };
    const mustBeHeld = use === "require" && !isLocal(kind);
    const resolved = await kind.resolve(item.parameters, context).catch((error: unknown) => {
      signal.throwIfAborted();
      throw mustBeHeld ? notLocked(recipe, item, outdated, lock) : error;
    });
    // Kinds answer null for parameters that need nothing from outside: then there is nothing to hold.
    if (resolved === null || isLocal(kind)) return { inputs, resolved, asked: undefined };
    if (mustBeHeld) throw notLocked(recipe, item, outdated, lock);
    return { inputs, resolved, asked, warning: lock && unheld(recipe, item, outdated) };
  };
}

function isLocal(kind: AnyStageKind | AnyOutputKind): boolean {
  return "localFacts" in kind && kind.localFacts === true;
}

async function lockOf(recipe: LoadedRecipe): Promise<LockFile | undefined> {
  const { existsSync } = await import("node:fs");
  if (!existsSync(lockFilePath(recipe.file))) return undefined;
  const { readLockFile } = await import("../lockFile/readLockFile.ts");
  return readLockFile(recipe.file);
}

function notLocked(
  recipe: LoadedRecipe,
  item: LoadedItem,
  outdated: boolean,
  lock: LockFile | undefined,
): Failure {
  const details = {
    range: item.range,
    advice: "Run `whittle lock RECIPE` and keep the file, or build without --locked.",
  };
  if (outdated) {
    const why = `${item.name} asks for something else than the lock file has: it was changed since.`;
    return new Failure("lock-outdated", why, details);
  }
  const why = lock
    ? `The lock file does not have ${item.name} for ${recipe.arch}.`
    : "The recipe has no lock file.";
  return new Failure("lock-missing", why, details);
}

function unheld(recipe: LoadedRecipe, item: LoadedItem, outdated: boolean): Diagnostic {
  const message = outdated
    ? "This was changed since the lock file was written, so the versions were looked up anew."
    : `The lock file does not have this for ${recipe.arch}, so the versions were looked up.`;
  return {
    range: item.range,
    severity: "warning",
    code: outdated ? "lock-outdated" : "lock-missing",
    message,
    advice: "Run `whittle lock RECIPE` to hold them.",
  };
}
