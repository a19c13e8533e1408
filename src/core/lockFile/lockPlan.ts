import type { Plan, PlannedOutput, PlannedStage } from "../build/plan.ts";
import type { Arch } from "../host/host.ts";
import { type LockFile, lockFilePath, type Pin, type Pins } from "./lockFile.ts";
import { type PinnedVersion, versionsIn } from "./versionsIn.ts";

/** A version that a new lock file holds and the one before did not; one side is absent for something new or gone. */
export interface PinChange {
  /** Name of the stage or output. */
  readonly of: string;
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/**
 * The lock file that holds a plan's facts. What this plan does not have (an option is off) keep their pins
 * while the recipe's other options may still ask for them; another architecture's pins stay too.
 */
export function lockPlan(plan: Plan, before: LockFile | undefined): LockFile {
  const { arch, file } = plan.recipe;
  return {
    path: lockFilePath(file),
    stages: held(plan.stages, before?.stages ?? new Map(), arch),
    outputs: held(plan.outputs, before?.outputs ?? new Map(), arch),
  };
}

function held(items: readonly (PlannedStage | PlannedOutput)[], before: Pins, arch: Arch): Pins {
  const now = new Map<string, ReadonlyMap<Arch, Pin>>();
  for (const { name, kind, asked, resolved } of items) {
    if (asked === undefined) continue;
    const others = before.get(name) ?? new Map<Arch, Pin>();
    now.set(name, new Map([...others, [arch, { kind, asked, resolved }]]));
  }
  for (const [name, pins] of before) if (!now.has(name)) now.set(name, pins);
  return now;
}

/** What differs between two lock files for one architecture, stages first. */
export function comparePins(before: LockFile | undefined, after: LockFile, arch: Arch): PinChange[] {
  const none: Pins = new Map();
  return [
    ...changesOf(before?.stages ?? none, after.stages, arch),
    ...changesOf(before?.outputs ?? none, after.outputs, arch),
  ];
}

function changesOf(before: Pins, after: Pins, arch: Arch): PinChange[] {
  const changes: PinChange[] = [];
  for (const [of, pins] of after) {
    const old = versionsOf(before.get(of)?.get(arch));
    const now = versionsOf(pins.get(arch));
    for (const name of new Set([...old.keys(), ...now.keys()])) {
      const [from, to] = [old.get(name), now.get(name)];
      if (from !== to) changes.push({ of, name, from, to });
    }
  }
  return changes;
}

function versionsOf(pin: Pin | undefined): ReadonlyMap<string, string> {
  const found: PinnedVersion[] = pin ? versionsIn(pin.resolved) : [];
  return new Map(found.map(({ name, version }) => [name, version]));
}
