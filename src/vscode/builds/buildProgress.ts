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
  | { readonly kind: "failed"; readonly message: string; readonly advice: string | undefined };

/** A stage or output by its name: positions move when the recipe is edited while it is built. */
export type WorkName = Pick<WorkRef, "what" | "name">;

/** Where a build stands, as its events tell; of one that failed, what failed. */
export class BuildProgress {
  readonly #states = new Map<string, WorkState>();
  #percent = 0;

  apply(event: BuildEvent): void {
    if (event.type === "planned") {
      for (const work of event.work) this.#states.set(keyOf(work), { kind: "waiting" });
    } else if (event.type === "started") this.#run(event.work, {});
    else if (event.type === "log") this.#run(event.work, { line: event.line });
    else if (event.type === "progress") {
      if (event.total) this.#run(event.work, { percent: Math.floor((100 * event.done) / event.total) });
    } else if (event.type === "stage-finished") {
      const { cached, seconds } = event.stage;
      this.#states.set(keyOf(event.work), { kind: "done", cached, seconds, stage: event.stage });
    } else if (event.type === "output-finished") {
      const { cached, seconds } = event;
      this.#states.set(keyOf(event.work), { kind: "done", cached, seconds, stage: undefined });
    }
    this.#percent = Math.max(this.#percent, shareDone([...this.#states.values()]));
  }

  // A line leaves the percentage as it was, and the other way round.
  #run(work: WorkName, news: { readonly percent?: number; readonly line?: string }): void {
    const before = this.state(work.what, work.name);
    const { percent, line } = before?.kind === "running" ? before : {};
    this.#states.set(keyOf(work), { kind: "running", percent, line, ...news });
  }

  /** The build failed, at `work` where that is known: what is left is what failed. */
  fail(work: WorkName | undefined, message: string, advice: string | undefined): void {
    this.#states.clear();
    if (work) this.#states.set(keyOf(work), { kind: "failed", message, advice });
  }

  state(what: WorkRef["what"], name: string): WorkState | undefined {
    return this.#states.get(keyOf({ what, name }));
  }

  /** Share of the work that is done, 0 to 100; never falls. */
  get percent(): number {
    return this.#percent;
  }
}

function shareDone(states: readonly WorkState[]): number {
  if (states.length === 0) return 0;
  const percents = states.map(state => {
    if (state.kind === "done") return 100;
    return state.kind === "running" ? Math.min(100, state.percent ?? 0) : 0;
  });
  return Math.floor(percents.reduce((sum, each) => sum + each, 0) / states.length);
}

function keyOf({ what, name }: WorkName): string {
  return `${what} ${name}`;
}
