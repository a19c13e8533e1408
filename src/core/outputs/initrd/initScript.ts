import type { DriverPlan } from "./driverPlan.ts";

/** The program of an initrd, and what it leans on. */
export interface InitScript {
  /** Of BusyBox. */
  readonly applets: readonly string[];
  /** At the top of the initrd, besides those that all have. */
  readonly folders: readonly string[];
  /** The text of /init. */
  text(plan: DriverPlan): string;
}
