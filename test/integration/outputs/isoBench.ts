import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startMachine } from "../../../src/core/machine/startMachine.ts";
import { iso } from "../../../src/core/outputs/iso.ts";
import type { BootDrive, FirmwareKind, ProducedFile } from "../../../src/core/outputs/output.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { type Bench, type BenchContext, signal } from "./outputBench.ts";

const run = promisify(execFile);
const guard = new URL("../../../src/core/machine/guard/main.ts", import.meta.url).pathname;

export interface MadeIso {
  readonly image: ProducedFile;
  readonly parameters: object;
  readonly context: BenchContext;
}

/** Makes an ISO as a build does: first the loaders' versions, then the file. */
export async function makeIso(
  bench: Bench,
  parameters: object,
  tree: Tree,
  changes: Parameters<Bench["context"]>[1] = {},
): Promise<MadeIso> {
  const context = bench.context(tree, changes);
  const resolved = (await iso.resolve?.(parameters, { ...context, fresh: false })) ?? null;
  const [image] = await iso.apply(parameters, context, resolved);
  if (!image) throw new Error("There is no image.");
  return { image, parameters, context };
}

/**
 * Boots the ISO, and nothing else, until the console says `wanted`.
 * @param as what the machine takes it for, where boot() would not say so
 * @returns what the console said
 */
export async function bootIso(
  made: MadeIso,
  firmware: FirmwareKind,
  wanted: string,
  as?: BootDrive["as"],
): Promise<string> {
  const { host, scratch } = made.context;
  const media = iso.boot?.(made.parameters, [made.image], firmware);
  if (!media) throw new Error("It does not boot.");
  const runtime = await scratch();
  await mkdir(join(runtime, "run"), { mode: 0o700 });
  const machine = await startMachine(
    {
      name: "iso",
      arch: "x86_64",
      media: as === undefined ? media : { ...media, drives: media.drives.map(drive => ({ ...drive, as })) },
      memory: 384,
      cpus: 1,
      cmdline: "",
      network: "none",
      forward: [],
      ready: wanted,
      accelerator: "tcg",
      logFile: join(runtime, "console.log"),
    },
    { host: { ...host, env: { ...host.env, XDG_RUNTIME_DIR: join(runtime, "run") } }, guard, signal },
  );
  try {
    await machine.untilReady({ timeoutSeconds: 90, signal });
    return Buffer.from(machine.console.history().bytes).toString("latin1");
  } finally {
    await machine.stop();
  }
}

/** What xorriso says about an ISO, or does with it. */
export async function xorriso(image: string, ...commands: readonly string[]): Promise<string> {
  const { stdout } = await run("xorriso", ["-no_rc", "-indev", image, ...commands], {
    env: { ...process.env, TZ: "UTC", LC_ALL: "C.UTF-8" },
  });
  return stdout;
}

/** Takes a file out of an ISO. */
export async function extract({ image, context }: MadeIso, path: string): Promise<string> {
  const target = join(await context.scratch(), "extracted");
  await run("xorriso", ["-no_rc", "-osirrox", "on", "-indev", image.path, "-extract", path, target]);
  return target;
}
