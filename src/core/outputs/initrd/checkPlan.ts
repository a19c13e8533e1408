import type { Failure } from "../../failure.ts";
import type { ModuleIndex } from "../../kernel/moduleIndex.ts";
import type { ParameterPath } from "../../stages/stage.ts";
import type { OutputContext } from "../output.ts";
import { driverOptions } from "./driverOptions.ts";
import type { ClosedWay, DriverPlan } from "./driverPlan.ts";
import type { WantedWays } from "./machines.ts";
import type { RootDriver } from "./rootDrivers.ts";

/** What a plan was to serve, and where in the recipe that stands. */
export interface PlanWish {
  readonly needed: readonly RootDriver[];
  readonly wanted: WantedWays;
  /** Of the root's kind. */
  readonly rootAt: ParameterPath;
  /** Of the machines. */
  readonly waysAt: ParameterPath;
}

/**
 * Refuses a kernel that cannot get to its root, and warns of one that gets there on some machines only.
 * @throws Failure `kernel-driver-missing`, located
 */
export function checkPlan(
  plan: DriverPlan,
  wish: PlanWish,
  index: ModuleIndex,
  context: OutputContext,
): void {
  const { release } = index;
  if (plan.lacks) throw driverMissing(plan.lacks, wish, release, context);
  const { open, closed } = plan;
  const { each } = wish.wanted;
  if (closed.length === 0) return;
  const list = closed.map(described).join(", ");
  if (each || open.length === 0) {
    const names = closed.map(({ missing }) => `${missing}.ko`).join(", ");
    const options = closed.flatMap(({ missing }) => driverOptions[missing] ?? []);
    const configured = options.length > 0 ? ` (${options.join("=y, ")}=y)` : "";
    throw context.fail(
      "kernel-driver-missing",
      `The kernel ${release} does not reach ${list}. Neither is it built in, nor has the image that module.`,
      {
        at: wish.waysAt,
        advice: `Let the kernel stage bring ${names} (its \`modules\`) and no stage remove them, use a kernel that has such drivers${configured}, or name other machines with drivers.`,
      },
    );
  }
  const reached = open.map(({ medium }) => medium);
  context.warn(
    `The kernel ${release} finds its root only on ${reached.join(", ")}. It does not reach ${list}. Use a kernel with these drivers where that counts, or say with drivers which machines are meant.`,
    wish.waysAt,
  );
}

function described({ way, missing }: ClosedWay): string {
  return `${way.medium} (no ${missing})`;
}

function driverMissing(
  { driver: name, missing }: NonNullable<DriverPlan["lacks"]>,
  { needed, rootAt }: PlanWish,
  release: string,
  context: OutputContext,
): Failure {
  const driver = needed.find(each => each.module === name);
  const what = `the driver ${name}${driver ? `, ${driver.purpose}` : ""}`;
  const whole = missing === name ? what : `the module ${missing}, which ${name} needs`;
  const option = driver && missing === name ? ` or is configured with ${driver.option}=y` : "";
  return context.fail(
    "kernel-driver-missing",
    `The kernel ${release} cannot get to this root: it lacks ${whole}. It is not built in, and the image has no ${missing}.ko.`,
    {
      at: rootAt,
      advice: `Let the kernel stage bring ${missing}.ko (its \`modules\`) and no stage remove it, or use a kernel that has it${option}.`,
    },
  );
}
