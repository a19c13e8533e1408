import type { Arch } from "../host/host.ts";
import type { Json } from "../stages/stage.ts";

/** What one stage was resolved to on some day. */
export interface Pin {
  readonly kind: string;
  /** sha256 of everything the facts were asked by; another one means that the recipe asks for something else now. */
  readonly asked: string;
  readonly resolved: Json;
}

/** A lock file: which versions and digests the stages of a recipe are held to. */
export interface LockFile {
  /** Absolute. */
  readonly path: string;
  /** By stage name, then by architecture. */
  readonly stages: ReadonlyMap<string, ReadonlyMap<Arch, Pin>>;
}

export const lockFormat = 1;

/** Where the lock file of a recipe lies: `boots.whittle.lock.yaml` beside `boots.whittle.yaml`. */
export function lockFilePath(recipeFile: string): string {
  return `${recipeFile.replace(/\.ya?ml$/, "")}.lock.yaml`;
}

/** The pin of a stage, if it answers what is asked now. */
export function pinOf(
  lock: LockFile | undefined,
  stage: string,
  arch: Arch,
  asked: string,
): { pin: Pin | undefined; outdated: boolean } {
  const pin = lock?.stages.get(stage)?.get(arch);
  const outdated = pin !== undefined && pin.asked !== asked;
  return { pin: outdated ? undefined : pin, outdated };
}
