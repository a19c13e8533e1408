import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadLayers } from "../../../src/core/build/layerStore.ts";
import { planBuild } from "../../../src/core/build/planBuild.ts";
import { runBuild } from "../../../src/core/build/runBuild.ts";
import { storePaths } from "../../../src/core/build/storePaths.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { parseDestination } from "../../../src/core/push/destination.ts";
import { outputToPush } from "../../../src/core/push/outputToPush.ts";
import { pushOutput } from "../../../src/core/push/pushOutput.ts";
import { loadRecipe } from "../../../src/core/recipe/load.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import type { PushReport } from "../../../src/shared/report.ts";

const run = promisify(execFile);

export interface PushCall {
  readonly output?: string;
  readonly tags?: readonly string[];
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  readonly silentMs?: number;
}

/** Builds recipes and pushes their outputs, in folders of its own. */
export interface PushBench {
  readonly folder: string;
  readonly cacheDir: string;
  /** Writes a recipe of these stages and outputs (YAML lines) and names it for push() and tree(). */
  recipe(name: string, lines: readonly string[]): Promise<string>;
  push(recipe: string, reference: string, call?: PushCall): Promise<PushReport>;
  tree(recipe: string): Promise<Tree>;
  /** What a file in a folder below is; the folder is made. */
  put(folder: string, name: string, text: string): Promise<string>;
  /** Temporary folders in the cache. */
  leftovers(): string[];
  close(): Promise<void>;
}

export async function openPushBench(): Promise<PushBench> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-push-"));
  const cacheDir = join(folder, "cache");
  const home = join(folder, "home");
  await mkdir(home);
  const { XDG_RUNTIME_DIR: _, DOCKER_CONFIG: __, REGISTRY_AUTH_FILE: ___, ...rest } = process.env;
  const hostWith = (env: Readonly<Record<string, string>> = {}): Host =>
    openHost({ env: { ...rest, HOME: home, WHITTLE_CACHE: cacheDir, ...env } });
  const plan = async (file: string, host: Host, signal: AbortSignal) => {
    const { recipe, diagnostics } = await loadRecipe({ file });
    if (!recipe) throw new Error(JSON.stringify(diagnostics));
    return { recipe, plan: await planBuild(recipe, host, signal) };
  };
  return {
    ...{ folder, cacheDir },
    async recipe(name, lines) {
      const file = join(folder, name, `${name}.whittle.yaml`);
      await mkdir(join(folder, name), { recursive: true });
      await writeFile(file, `name: ${name}\n${lines.join("\n")}\n`);
      return file;
    },
    async push(file, reference, call = {}) {
      const { env, output: name, tags, signal = new AbortController().signal, ...more } = call;
      const host = hostWith(env);
      const made = await plan(file, host, signal);
      const output = outputToPush(made.recipe, name);
      const built = await runBuild(made.plan, host, { signal, outputs: [output.name] });
      const destination = parseDestination(reference, tags);
      return pushOutput({ recipe: made.recipe, output, built, destination }, { host, signal, ...more });
    },
    async tree(file) {
      const host = hostWith();
      const { signal } = new AbortController();
      const made = await plan(file, host, signal);
      await runBuild(made.plan, host, { signal, outputs: [] });
      const paths = storePaths(cacheDir);
      return stackLayers(
        await Promise.all(made.plan.stages.map(async ({ key }) => (await loadLayers(paths, key)) ?? [])),
      );
    },
    async put(below, name, text) {
      const path = join(folder, below);
      await mkdir(path, { recursive: true });
      await writeFile(join(path, name), text);
      return path;
    },
    leftovers: () => readdirSync(join(cacheDir, "tmp")),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What another program gets from the registry: the manifest, and the folder with the blobs by sha256. */
export async function pulled(bench: PushBench, reference: string) {
  const folder = await mkdtemp(join(bench.folder, "pulled-"));
  const plain = ["--insecure-policy", "copy", "--src-tls-verify=false", "--quiet"];
  await run("skopeo", [...plain, `docker://${reference}`, `dir:${folder}`]);
  return { folder, manifest: JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) };
}

/** What skopeo says that the registry has. */
export async function inspected(
  reference: string,
): Promise<{ readonly Digest: string; readonly RepoTags: string[] }> {
  const { stdout } = await run("skopeo", ["inspect", "--tls-verify=false", `docker://${reference}`]);
  return JSON.parse(stdout);
}

/** A stage with a file of so many bytes that do not compress well, other ones for each seed. */
export function noise(path: string, bytes: number, seed: number): string {
  let state = seed;
  let text = "";
  while (text.length < bytes) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return `  - files: [{ path: ${path}, content: "${text.slice(0, bytes)}" }]`;
}
