import { createHash } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { BuildReport } from "../../../src/shared/report.ts";
import { sha256Of } from "../outputs/outputBench.ts";
import { bundleWithGuard, type CommandLine, type Ran } from "./commandLine.ts";
import { makeKeys, makeOwnLoader } from "./ownLoader.ts";
import { tool } from "./tool.ts";

const machinesAtOnce = 2;
const mebibytes = { BIOS: 128, UEFI: 384 } as const;

export type By = keyof typeof mebibytes;

export interface MatrixBench {
  readonly cli: CommandLine;
  /** Recipes and what they need, in a folder of their own. */
  readonly recipes: string;
  readonly out: string;
  /** Builds a recipe, or some of its outputs, with `whittle build`. */
  build(recipe: string, outputs?: readonly string[]): Promise<BuildReport["outputs"]>;
  /** Boots a file that lies alone in a new folder; what was said until it was ready. */
  bootAlone(path: string, by: By, args?: readonly string[]): Promise<Ran>;
  /** Boots what `args` say until it is ready. */
  boot(args: readonly string[], by: By): Promise<Ran>;
  remove(): Promise<void>;
}

export async function openMatrix(): Promise<MatrixBench> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-matrix-"));
  const recipes = join(folder, "recipes");
  const out = join(folder, "out");
  const own = fileURLToPath(new URL("recipe", import.meta.url));
  const made = join(recipes, "made");
  await cp(own, recipes, { recursive: true });
  const [cli] = await Promise.all([bundleWithGuard(), makeOwnLoader(made), makeKeys(made)]);
  const turn = atOnce(machinesAtOnce);
  const boot: MatrixBench["boot"] = (args, by) =>
    turn(() =>
      cli.run([
        ...["boot", "--until", "matrix: ready", "--timeout", "400", "--accelerator", "tcg"],
        ...["--memory", `${mebibytes[by]}M`, ...args],
      ]),
    );
  return {
    ...{ cli, recipes, out, boot },
    async build(recipe, outputs = []) {
      const some = outputs.flatMap(name => ["--output", name]);
      // A build takes away what the last one left in its folder.
      const own = recipe.startsWith("matrix") ? out : `${out}-${recipe}`;
      const ran = await cli.run(["build", join(recipes, recipe), "--out", own, "--json", ...some]);
      if (ran.code !== 0) throw new Error(ran.stdout.slice(-2000) + ran.stderr.slice(-2000));
      return (JSON.parse(ran.stdout.trimEnd().split("\n").at(-1) ?? "") as BuildReport).outputs;
    },
    async bootAlone(path, by, args = []) {
      const alone = await mkdtemp(join(folder, "alone-"));
      const image = join(alone, basename(path));
      // A clone, or at least a copy with its holes.
      await tool("cp", "--sparse=always", "--reflink=auto", path, image);
      const before = await sha256Of(image);
      const ran = await boot([image, ...args], by);
      expect(await sha256Of(image)).toBe(before);
      await rm(alone, { recursive: true, force: true });
      return ran;
    },
    remove: async () => {
      await Promise.all([cli.remove(), rm(folder, { recursive: true, force: true })]);
    },
  };
}

/** What `recipe/init` says of the files that it reads. */
export async function expectedContent(tree: string): Promise<string> {
  const lines: string[] = [];
  for (const path of ["bin/busybox", "etc/content"]) {
    const sum = await tool("sh", "-c", 'tar -xOf "$0" "$1" | sha256sum | cut -c 1-64', tree, path);
    lines.push(`${sum.trim()}  /${path}\n`);
  }
  return createHash("sha256").update(lines.join("")).digest("hex");
}

/** Lets `limit` tasks run at a time. */
export function atOnce(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async task => {
    if (running >= limit) await new Promise<void>(resolve => waiting.push(resolve));
    running += 1;
    try {
      return await task();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
