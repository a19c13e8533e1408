import { moduleClosure } from "../../kernel/closure.ts";
import type { KernelModule, ModuleIndex } from "../../kernel/moduleIndex.ts";
import { driverOptions } from "./driverOptions.ts";
import type { Way, WayPart } from "./ways.ts";

/** A way that a kernel does not have. */
export interface ClosedWay {
  readonly way: Way;
  /** The first module that it lacks. */
  readonly missing: string;
}

/** Modules for an initrd, and when to load them. */
export interface DriverPlan {
  /** The kernel's. */
  readonly release: string;
  /** All of them, each after what it depends on. */
  readonly modules: readonly KernelModule[];
  /** Names of those that are loaded on every machine, in order. */
  readonly always: readonly string[];
  /** Those that hardware asks for, each with all it depends on; in the order of `asks`. */
  readonly asked: readonly WayPart[];
  readonly open: readonly Way[];
  /** Of the open ways those that lead nowhere before a module is loaded. */
  readonly modular: readonly Way[];
  readonly closed: readonly ClosedWay[];
  /** Of `needed`, the first module that the kernel lacks, and of which driver. */
  readonly lacks: { readonly driver: string; readonly missing: string } | undefined;
}

/** What the kernel needs to see disks of the SCSI kind; for a live medium also CD drives. */
export type ScsiKinds = readonly ("sd_mod" | "sr_mod")[];

/**
 * Which modules bring up the `needed` drivers and `ways`. A kernel that keeps no list of what is built in is taken to
 * have built in what is not a module, unless its configuration says otherwise.
 * @param needed names of modules to load on every machine
 */
export function planDrivers(
  index: ModuleIndex,
  needed: readonly string[],
  ways: readonly Way[],
  scsi: ScsiKinds,
): DriverPlan {
  const kernel = readKernel(index);
  const asked: WayPart[] = [];
  const open: Way[] = [];
  const modular: Way[] = [];
  const closed: ClosedWay[] = [];
  for (const way of ways) {
    const missing = missingOf(way, kernel);
    if (missing !== undefined) {
      closed.push({ way, missing });
      continue;
    }
    open.push(way);
    if (!leadsWithout(way, kernel)) modular.push(way);
    const kinds = way.scsi ? scsi.filter(name => kernel.missing([name]) === undefined) : [];
    const parts = [...way.through, ...(way.below ? [way.below] : []), ...(way.also ?? [])];
    for (const { asks, modules } of parts) {
      if (kernel.missing(modules) === undefined) asked.push({ asks, modules: [...modules, ...kinds] });
    }
  }
  const lost = needed.find(name => kernel.missing([name]) !== undefined);
  const present = needed.filter(name => kernel.missing([name]) === undefined);
  return {
    release: index.release,
    modules: kernel.load([...asked.flatMap(({ modules }) => modules), ...present]),
    always: kernel.load(present).map(({ name }) => name),
    asked: asked.flatMap(({ asks, modules }) => {
      const loaded = kernel.load(modules).map(({ name }) => name);
      return loaded.length > 0 ? [{ asks, modules: loaded }] : [];
    }),
    ...{ open, modular, closed },
    lacks: lost === undefined ? undefined : { driver: lost, missing: kernel.missing([lost]) ?? lost },
  };

  function missingOf(way: Way, { missing }: typeof kernel): string | undefined {
    const lost = way.through.map(({ modules }) => missing(modules));
    if (!lost.includes(undefined)) return lost[0];
    const kinds = way.scsi ? scsi.map(name => missing([name])) : [];
    if (kinds.length > 0 && !kinds.includes(undefined)) return kinds[0];
    return missing(way.below?.modules ?? []);
  }

  function leadsWithout(way: Way, { builtIn }: typeof kernel): boolean {
    if (!way.through.some(({ modules }) => builtIn(modules)) || !builtIn(way.below?.modules ?? []))
      return false;
    return !way.scsi || scsi.some(name => builtIn([name]));
  }
}

function readKernel(index: ModuleIndex) {
  const known = (names: readonly string[]): ModuleIndex => {
    if (index.builtin) return index;
    const built = (name: string): boolean => {
      const option = driverOptions[name];
      return index.options === undefined || option === undefined || index.options.has(option);
    };
    return { ...index, builtin: new Set(names.filter(name => !index.modules.has(name) && built(name))) };
  };
  const load = (names: readonly string[]): readonly KernelModule[] =>
    moduleClosure(known(names), names).modules;
  const missing = (names: readonly string[]): string | undefined =>
    moduleClosure(known(names), names).missing[0];
  return {
    load,
    missing,
    builtIn: (names: readonly string[]): boolean => missing(names) === undefined && load(names).length === 0,
  };
}
