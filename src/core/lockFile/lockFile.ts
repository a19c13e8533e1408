import type { WorkRef } from "../build/events.ts";
import type { Arch } from "../host/host.ts";
import type { Json } from "../stages/stage.ts";

/** What one stage or output was resolved to on some day. */
export interface Pin {
  readonly kind: string;
  /** sha256 of everything the facts were asked by; another one means that the recipe asks for something else now. */
  readonly asked: string;
  readonly resolved: Json;
}

/** By name, then by architecture. */
export type Pins = ReadonlyMap<string, ReadonlyMap<Arch, Pin>>;

/** A lock file: which versions and digests the stages and outputs of a recipe are held to. */
export interface LockFile {
  /** Absolute. */
  readonly path: string;
  readonly stages: Pins;
  readonly outputs: Pins;
}

export const lockFormat = 1;

/** Where the lock file of a recipe lies: `boots.whittle.lock.yaml` beside `boots.whittle.yaml`. */
export function lockFilePath(recipeFile: string): string {
  return `${recipeFile.replace(/\.ya?ml$/, "")}.lock.yaml`;
}

/** The pin of a stage or output, if it answers what is asked now. */
export function pinOf(
  lock: LockFile | undefined,
  { what, name }: Pick<WorkRef, "what" | "name">,
  arch: Arch,
  asked: string,
): { pin: Pin | undefined; outdated: boolean } {
  const pin = lock?.[what === "stage" ? "stages" : "outputs"].get(name)?.get(arch);
  const outdated = pin !== undefined && pin.asked !== asked;
  return { pin: outdated ? undefined : pin, outdated };
}
