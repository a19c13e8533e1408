// Builds everything that ships: the extension, the command line, the machine's guard and one bundle a webview.
import { mkdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

const production = !process.argv.includes("--dev");
rmSync("dist", { recursive: true, force: true });
mkdirSync("dist", { recursive: true });

const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  legalComments: "none",
  logLevel: "warning",
  // jsonc-parser and friends ship a UMD main that esbuild cannot follow; their ES modules it can.
  mainFields: ["module", "main"],
};
const onNode = { ...shared, platform: "node", target: "node20" };
const inBrowser = { ...shared, platform: "browser", target: "es2022", format: "iife" };

await Promise.all([
  build({
    ...onNode,
    format: "cjs",
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.cjs",
    external: ["vscode"],
  }),
  // Commands are loaded as they are called: an unchanged rebuild should not pay for code that boots machines.
  build({
    ...onNode,
    format: "esm",
    splitting: true,
    entryPoints: { cli: "src/cli/main.ts", guard: "src/core/machine/guard/main.ts" },
    outdir: "dist",
    chunkNames: "chunks/[name]-[hash]",
  }),
  build({ ...inBrowser, entryPoints: ["webview/sizes/main.ts"], outfile: "dist/webview/sizes.js" }),
  build({ ...inBrowser, entryPoints: ["webview/console/main.ts"], outfile: "dist/webview/console.js" }),
]);
