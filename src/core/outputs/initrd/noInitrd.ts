import type { OutputContext } from "../output.ts";
import type { DriverPlan } from "./driverPlan.ts";
import type { RootFileSystem } from "./rootFileSystem.ts";

/**
 * Checks that a kernel gets to its root by itself, and warns where it does so on some machines only.
 * @throws Failure `initrd-needed`, located at `initrd`
 */
export function withoutInitrd(plan: DriverPlan, root: RootFileSystem, context: OutputContext): void {
  const at = ["initrd"];
  if (root.overlay) {
    throw context.fail("initrd-needed", "Only an initrd can put an overlay over the root.", {
      at,
      advice: "Write overlay: false, or initrd: auto.",
    });
  }
  const { modular } = plan;
  const reached = plan.open.filter(way => !modular.includes(way));
  const names = plan.modules.map(({ name }) => name);
  const list = names.slice(0, 12).join(", ") + (names.length > 12 ? ` and ${names.length - 12} more` : "");
  if (plan.always.length > 0 || reached.length === 0) {
    throw context.fail(
      "initrd-needed",
      `Without an initrd the kernel does not get to its root: it would have to load modules first: ${list}.`,
      {
        at,
        advice: "Write initrd: auto, or use a kernel that has these built in (=y in its configuration).",
      },
    );
  }
  if (modular.length === 0) return;
  context.warn(
    `Without an initrd the kernel finds its root only on ${reached.map(({ medium }) => medium).join(", ")}: for ${modular.map(({ medium }) => medium).join(", ")} it would have to load modules.`,
    at,
  );
}
