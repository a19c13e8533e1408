import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { sharedCache } from "../outputs/outputBench.ts";

const onNode: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  logLevel: "warning",
  external: ["xmlbuilder2"],
  mainFields: ["module", "main"],
  define: { WHITTLE_VERSION: '"0.0.0"' },
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
};

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunChanges {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A program and its arguments that the command is started by. */
  readonly within?: readonly string[];
}

/** The command line as people run it, bundled into a folder of its own, with a cache that later runs share. */
export interface CommandLine {
  run(args: readonly string[], changes?: RunChanges): Promise<Ran>;
  remove(): Promise<void>;
}

export async function bundleWithGuard(): Promise<CommandLine> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-matrix-cli-"));
  await Promise.all([
    build({
      ...onNode,
      entryPoints: { cli: "src/cli/main.ts" },
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      splitting: true,
      chunkNames: "chunks/[name]-[hash]",
    }),
    build({ ...onNode, entryPoints: ["src/core/machine/guard/main.ts"], outfile: join(folder, "guard.js") }),
  ]);
  return {
    async run(args, { env = {}, cwd, within = [] } = {}) {
      const words = [...within, process.execPath, join(folder, "cli.mjs"), ...args];
      const child = spawn(words[0] ?? "", words.slice(1), {
        env: { ...process.env, WHITTLE_CACHE: sharedCache, ...env },
        stdio: ["ignore", "pipe", "pipe"],
        ...(cwd === undefined ? {} : { cwd }),
      });
      const said = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"] as const) {
        child[name].setEncoding("utf8").on("data", (text: string) => {
          said[name] += text;
        });
      }
      const [code] = (await once(child, "close")) as [number | null];
      return { code, ...said };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
