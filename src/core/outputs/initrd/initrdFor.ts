import { type ModuleIndex, readModuleIndex } from "../../kernel/moduleIndex.ts";
import { located } from "../located.ts";
import type { OutputContext, ProducedFile } from "../output.ts";
import { checkPlan } from "./checkPlan.ts";
import { diskScript } from "./diskScript.ts";
import { type DriverPlan, planDrivers } from "./driverPlan.ts";
import type { InitrdWish } from "./initrdFields.ts";
import { type Drivers, ownMachine, wantedWays } from "./machines.ts";
import { withoutInitrd } from "./noInitrd.ts";
import { rootDriversOf } from "./rootDrivers.ts";
import type { RootFileSystem } from "./rootFileSystem.ts";
import { writeInitrd } from "./writeInitrd.ts";

/** What a recipe says about an initrd, and what counts where it does not. */
export interface InitrdRequest extends InitrdWish {
  readonly usual?: Drivers;
}

/**
 * The initrd, where a kernel needs one to reach its root: because drivers are modules, or for the overlay.
 * @param release the kernel's, as it names its folder of modules
 * @param fileName of the initrd
 * @throws Failure `kernel-driver-missing`, `modules-not-indexed`, `initrd-needed`, located
 */
export async function initrdFor(
  release: string,
  fileName: string,
  root: RootFileSystem,
  context: OutputContext,
  request: InitrdRequest = {},
): Promise<readonly ProducedFile[]> {
  const plan = await planForRoot(release, root, context, request);
  if (request.initrd === "none") {
    withoutInitrd(plan, root, context);
    return [];
  }
  if (plan.always.length === 0 && plan.modular.length === 0 && !root.overlay) return [];
  const path = await writeInitrd(plan, diskScript(root), context);
  return [{ role: "initrd", fileName, path }];
}

/**
 * What such a kernel needs to reach its root on the machines asked for.
 * @throws Failure `kernel-driver-missing`, `modules-not-indexed`, located
 */
export async function planForRoot(
  release: string,
  root: RootFileSystem,
  context: OutputContext,
  { drivers, usual = ownMachine }: InitrdRequest,
): Promise<DriverPlan> {
  const index = await located(context, () => readModuleIndex(context.tree, release));
  const needed = rootDriversOf(root);
  warnUnlisted(
    index,
    needed.map(({ module }) => module),
    context,
  );
  const wanted = wantedWays(drivers ?? usual, context.arch);
  const names = needed.map(({ module }) => module);
  const plan = planDrivers(index, names, wanted.ways, ["sd_mod"]);
  checkPlan(plan, { needed, wanted, rootAt: [], waysAt: drivers ? ["drivers"] : [] }, index, context);
  return plan;
}

function warnUnlisted(
  { builtin, options, release }: ModuleIndex,
  names: readonly string[],
  context: OutputContext,
): void {
  if (builtin || options) return;
  context.warn(
    `The image has no lib/modules/${release || "RELEASE"}/modules.builtin: what is not a module (${names.join(", ")}, drivers of disks) is taken to be built into the kernel.`,
  );
}
