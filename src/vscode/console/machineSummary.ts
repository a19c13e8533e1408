import type { Machine } from "../../core/machine/machine.ts";
import type { MachineSummary } from "../../shared/protocol/console.ts";

/** A machine as the console view's webview sees it. */
export function summaryOf({ id, spec, state, accelerator }: Machine): MachineSummary {
  return {
    id,
    name: spec.name,
    state: state.kind,
    accelerator,
    memory: spec.memory,
    ...(state.kind === "ready" ? { readySeconds: state.seconds } : {}),
    ...(state.kind === "failed" ? { message: state.message, advice: state.advice } : {}),
  };
}
