import { Failure } from "../failure.ts";
import type { ProducedFile } from "./output.ts";

/**
 * The kernel among an output's files, for boot(); absolute path.
 * @throws Failure `no-kernel`
 */
export function bootKernel(files: readonly ProducedFile[]): string {
  const kernel = files.find(file => file.role === "kernel");
  if (kernel) return kernel.path;
  throw new Failure("no-kernel", "The image has no kernel, so there is nothing to boot.", {
    advice: "Add a `kernel` stage to the recipe.",
  });
}
