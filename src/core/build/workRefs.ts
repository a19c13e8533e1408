import type { WorkRef } from "./events.ts";
import type { PlannedOutput, PlannedStage } from "./plan.ts";

/** How events name a stage. */
export function stageRef({ index, name, kind }: PlannedStage): WorkRef {
  return { what: "stage", index, name, kind };
}

/** How events name an output. */
export function outputRef({ index, name, kind }: PlannedOutput): WorkRef {
  return { what: "output", index, name, kind };
}
