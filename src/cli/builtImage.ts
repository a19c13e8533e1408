import { loadImage, type StackedImage } from "../core/analysis/stackedImage.ts";
import type { Plan } from "../core/build/plan.ts";
import { Failure } from "../core/failure.ts";
import type { Host } from "../core/host/host.ts";
import { buildPlan } from "./buildPlan.ts";
import type { CommonOptions } from "./commonOptions.ts";

/** The image of a plan from the cache; its stages are built first when they are not there. */
export async function builtImage(plan: Plan, host: Host, options: CommonOptions): Promise<StackedImage> {
  const known = await loadImage(plan, host);
  if (known) return known;
  await buildPlan(plan, host, options, { outputs: [] });
  const built = await loadImage(plan, host);
  if (built) return built;
  throw new Failure("tree-missing", "The tree was built but is no longer in the cache.", {
    advice: "Run the command again; if the cache is shared, its size limit may be too small.",
  });
}
