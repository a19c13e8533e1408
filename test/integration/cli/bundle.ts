import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

/** The command line as one file in a folder of its own; remove() when done. */
export async function bundleCommandLine(): Promise<{ readonly cli: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-cli-"));
  await build({
    entryPoints: { cli: "src/cli/main.ts" },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    splitting: true,
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
  });
  return { cli: join(folder, "cli.mjs"), remove: () => rm(folder, { recursive: true, force: true }) };
}
