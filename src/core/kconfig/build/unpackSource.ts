import { existsSync } from "node:fs";
import { mkdir, readdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Failure } from "../../failure.ts";
import { runTool } from "../../host/runTool.ts";
import type { WorkContext } from "../../stages/stage.ts";

/** A tar of a source, as it goes into the sandbox. */
export interface SourceTar {
  /** Absolute. */
  readonly path: string;
  /** How many leading names of its entries are cut off: 1 where all of them lie in one folder. */
  readonly strip: 0 | 1;
}

/** What was unpacked on this host. */
export interface Unpacked {
  /** Where the source begins. Absolute. */
  readonly folder: string;
  readonly tar: SourceTar;
}

/**
 * Unpacks a tar, plain or compressed, to a folder of its own.
 * @param name for people.
 * @param only patterns of what is needed; default everything.
 * @throws Failure `source-damaged`, `tool-missing`.
 */
export async function unpackSource(
  path: string,
  name: string,
  context: WorkContext,
  only: readonly string[] = [],
): Promise<Unpacked> {
  const folder = join(await context.scratch(), "unpacked");
  await mkdir(folder);
  context.log(`unpacking ${name}`);
  await unpackInto(folder, path, name, context, only);
  const [first, ...others] = await readdir(folder, { withFileTypes: true });
  return first?.isDirectory() && others.length === 0
    ? { folder: join(folder, first.name), tar: { path, strip: 1 } }
    : { folder, tar: { path, strip: 0 } };
}

/** As unpackSource(), into a folder that is there. */
export async function unpackInto(
  folder: string,
  path: string,
  name: string,
  { host, signal }: WorkContext,
  only: readonly string[] = [],
): Promise<void> {
  const patterns = only.flatMap(pattern => ["--include", pattern]);
  const args = ["-x", "-f", path, "-C", folder, "--no-same-owner", ...patterns];
  const { exitCode, stderr } = await runTool(host, "bsdtar", args, { signal, accept: [0, 1] });
  if (exitCode === 0) return;
  const said = stderr.trim().split("\n").slice(-3).join("\n");
  throw new Failure("source-damaged", `${name} cannot be unpacked: ${said}`, {
    advice: "Give the source as a tar (.tar.xz, .tar.gz, .tar.bz2), as its project publishes it.",
  });
}

/** A tar of a folder, without what git keeps there. */
export async function packSource(folder: string, context: WorkContext): Promise<SourceTar> {
  const { host, signal } = context;
  const path = join(await context.scratch(), "source.tar");
  context.log(`reading ${folder}`);
  const real = await realpath(folder);
  const name = basename(real);
  const args = ["-c", "-f", path, "--exclude", `${name}/.git`, "-C", dirname(real), "--", name];
  await runTool(host, "bsdtar", args, { signal });
  return { path, strip: 1 };
}

/**
 * Builds go to a folder of their own, which make refuses when somebody has built in the source itself.
 * @throws Failure `source-not-clean`.
 */
export function checkClean(folder: string, leftovers: readonly string[]): void {
  const found = leftovers.find(name => existsSync(join(folder, name)));
  if (found === undefined) return;
  throw new Failure("source-not-clean", `Somebody has configured or built in ${folder}: there is ${found}.`, {
    advice: "Run `make mrproper` there (it removes .config, too: give a copy of that as `config`).",
  });
}
