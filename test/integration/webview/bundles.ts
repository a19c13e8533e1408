import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

/** The webviews' bundles by file name (`sizes.js`, `sizes.css`, …), built as they ship. */
export async function buildBundles(
  names: readonly ("sizes" | "console" | "inspector")[],
): Promise<Map<string, string>> {
  const outdir = await mkdtemp(join(tmpdir(), "whittle-webview-"));
  try {
    await build({
      entryPoints: Object.fromEntries(names.map(name => [name, `webview/${name}/main.ts`])),
      outdir,
      bundle: true,
      minify: true,
      legalComments: "none",
      logLevel: "warning",
      mainFields: ["module", "main"],
      platform: "browser",
      target: "es2022",
      format: "iife",
    });
    const files = names.flatMap(name => [`${name}.js`, `${name}.css`]);
    return new Map(
      await Promise.all(
        files.map(async file => [file, await readFile(join(outdir, file), "utf8")] as [string, string]),
      ),
    );
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}
