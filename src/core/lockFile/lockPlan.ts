import type { Plan } from "../build/plan.ts";
import type { Arch } from "../host/host.ts";
import { type LockFile, lockFilePath, type Pin } from "./lockFile.ts";
import { type PinnedVersion, versionsIn } from "./versionsIn.ts";

/** A version that a new lock file holds and the one before did not; one side is absent for something new or gone. */
export interface PinChange {
  readonly stage: string;
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/**
 * The lock file that holds a plan's facts. Stages that this plan does not have (an option is off) keep their pins
 * while the recipe's other options may still ask for them; another architecture's pins stay too.
 */
export function lockPlan(plan: Plan, before: LockFile | undefined): LockFile {
  const stages = new Map<string, ReadonlyMap<Arch, Pin>>();
  for (const stage of plan.stages) {
    if (stage.asked === undefined) continue;
    const pin: Pin = { kind: stage.kind, asked: stage.asked, resolved: stage.resolved };
    const others = before?.stages.get(stage.name) ?? new Map<Arch, Pin>();
    stages.set(stage.name, new Map([...others, [plan.recipe.arch, pin]]));
  }
  for (const [name, pins] of before?.stages ?? []) if (!stages.has(name)) stages.set(name, pins);
  return { path: lockFilePath(plan.recipe.file), stages };
}

/** What differs between two lock files for one architecture, in the order of the stages. */
export function comparePins(before: LockFile | undefined, after: LockFile, arch: Arch): PinChange[] {
  const changes: PinChange[] = [];
  for (const [stage, pins] of after.stages) {
    const old = versionsOf(before?.stages.get(stage)?.get(arch));
    const now = versionsOf(pins.get(arch));
    for (const name of new Set([...old.keys(), ...now.keys()])) {
      const [from, to] = [old.get(name), now.get(name)];
      if (from !== to) changes.push({ stage, name, from, to });
    }
  }
  return changes;
}

function versionsOf(pin: Pin | undefined): ReadonlyMap<string, string> {
  const found: PinnedVersion[] = pin ? versionsIn(pin.resolved) : [];
  return new Map(found.map(({ name, version }) => [name, version]));
}
