import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../scripts/setup/steps.mjs";

export const cli = join(root, "dist", "cli.js");

/** A copy of examples/boots with a cache of its own, removed at the end. */
export async function inWorkplace<T>(
  work: (place: { recipe: string; folder: string; env: NodeJS.ProcessEnv }) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "whittle-bench-"));
  try {
    cpSync(join(root, "examples", "boots"), join(folder, "boots"), {
      recursive: true,
      filter: path => !path.endsWith("/out"),
    });
    const env = { ...process.env, WHITTLE_CACHE: join(folder, "cache") };
    return await work({ recipe: join(folder, "boots"), folder, env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds that a program takes as a whole process. Throws when it fails. */
export function secondsOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv): number {
  const start = process.hrtime.bigint();
  const done = spawnSync(program, args, { env, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (done.status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${done.stderr}`);
  return seconds;
}
