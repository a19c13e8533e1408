import type { BuildEvent, WorkRef } from "../../core/build/events.ts";
import type { StageReport } from "../../shared/report.ts";

export type WorkState =
  | { readonly kind: "waiting" }
  | { readonly kind: "running"; readonly percent: number | undefined; readonly line: string | undefined }
  | {
      readonly kind: "done";
      readonly cached: boolean;
      readonly seconds: number;
      readonly stage: StageReport | undefined;
    }
  | { readonly kind: "failed"; readonly message: string };

/** Where a running build stands, as its events tell. */
export class BuildProgress {
  readonly #states = new Map<string, WorkState>();
  #total = 0;

  apply(event: BuildEvent): void {
    if (event.type === "planned") {
      this.#total = event.work.length;
      for (const work of event.work) this.#states.set(keyOf(work), { kind: "waiting" });
    } else if (event.type === "started")
      this.#states.set(keyOf(event.work), { kind: "running", percent: undefined, line: undefined });
    else if (event.type === "log")
      this.#states.set(keyOf(event.work), { kind: "running", percent: undefined, line: event.line });
    else if (event.type === "progress") {
      const percent = event.total ? Math.floor((100 * event.done) / event.total) : undefined;
      this.#states.set(keyOf(event.work), { kind: "running", percent, line: undefined });
    } else if (event.type === "stage-finished") {
      const { cached, seconds } = event.stage;
      this.#states.set(keyOf(event.work), { kind: "done", cached, seconds, stage: event.stage });
    } else if (event.type === "output-finished") {
      this.#states.set(keyOf(event.work), {
        kind: "done",
        cached: event.cached,
        seconds: event.seconds,
        stage: undefined,
      });
    } else if (event.type === "failed" && event.work) {
      this.#states.set(keyOf(event.work), { kind: "failed", message: event.message });
    }
  }

  state(what: WorkRef["what"], index: number): WorkState | undefined {
    return this.#states.get(`${what} ${index}`);
  }

  /** Share of the work that is done, 0 to 100. */
  get percent(): number {
    const done = [...this.#states.values()].filter(state => state.kind === "done").length;
    return this.#total === 0 ? 0 : Math.floor((100 * done) / this.#total);
  }
}

function keyOf(work: WorkRef): string {
  return `${work.what} ${work.index}`;
}
