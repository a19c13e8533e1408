import { readModuleIndex } from "../../../kernel/moduleIndex.ts";
import { checkPlan } from "../../initrd/checkPlan.ts";
import { type DriverPlan, planDrivers } from "../../initrd/driverPlan.ts";
import { type Drivers, wantedWays } from "../../initrd/machines.ts";
import { mediumDrivers } from "../../initrd/rootDrivers.ts";
import { located } from "../../located.ts";
import type { OutputContext } from "../../output.ts";

/**
 * What a live system loads to find its medium: a CD, or a disk that the ISO was written to.
 * @param drivers default: all that the kernel has, since nobody knows the machine yet
 * @throws Failure `kernel-driver-missing` when it can mount nothing or reach no medium, `modules-not-indexed`
 */
export async function livePlan(
  release: string,
  drivers: Drivers | undefined,
  context: OutputContext,
): Promise<DriverPlan> {
  const index = await located(context, () => readModuleIndex(context.tree, release));
  const wanted = wantedWays(drivers ?? "any", context.arch);
  const names = mediumDrivers.map(({ module }) => module);
  const plan = planDrivers(index, names, wanted.ways, ["sd_mod", "sr_mod"]);
  const waysAt = drivers ? ["drivers"] : ["root"];
  checkPlan(plan, { needed: mediumDrivers, wanted, rootAt: ["root"], waysAt }, index, context);
  return plan;
}
