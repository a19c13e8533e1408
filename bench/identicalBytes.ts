import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "./figures.ts";
import { cli, inWorkplace, secondsOf } from "./workplace.ts";

/** Two builds of examples/boots with separate, empty caches, compared by their outputs' digests. */
export async function identicalBytes(): Promise<Figure[]> {
  const build = (): Promise<string> =>
    inWorkplace(async ({ recipe, env }) => {
      secondsOf(process.execPath, [cli, "build", recipe, "--with", "disk"], env);
      const record = readFileSync(join(recipe, "out/boots/.whittle/build.json"), "utf8");
      const digests = [...record.matchAll(/"sha256":\s*"([0-9a-f]{64})"/g)].map(match => match[1]);
      return createHash("sha256").update(digests.join("\n")).digest("hex");
    });
  const [first, second] = [await build(), await build()];
  return [
    {
      name: "two builds with empty caches",
      value: first === second ? "identical" : "DIFFERENT",
      promise: "identical",
    },
  ];
}
