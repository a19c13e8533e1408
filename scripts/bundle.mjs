// Builds everything that ships: the extension, the command line, the machine's guard and one bundle a webview.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const production = !process.argv.includes("--dev");
rmSync("dist", { recursive: true, force: true });
mkdirSync("dist", { recursive: true });

const { version } = JSON.parse(readFileSync("package.json", "utf8"));

const shared = {
  define: { WHITTLE_VERSION: JSON.stringify(version) },
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  legalComments: "none",
  logLevel: "warning",
  // ES modules can be shaken; the CommonJS that some packages put first for Node cannot.
  mainFields: ["module", "main"],
};
// `yaml` has its ES modules only where browsers look; they serve Node as well, and load faster than its CommonJS.
const esModules = { yaml: "./node_modules/yaml/browser/dist/index.js" };
// Packages that are CommonJS inside ask for Node's modules with `require`, which ES modules do not have.
const requireBanner = {
  js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
};
// CycloneDX's library can also write XML, through a package that is not installed because nobody asks for XML.
const external = ["xmlbuilder2"];
const onNode = { ...shared, platform: "node", target: "node20" };
const inModules = { ...onNode, format: "esm", alias: esModules, banner: requireBanner, external };
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
    ...inModules,
    splitting: true,
    entryPoints: { cli: "src/cli/main.ts" },
    outdir: "dist",
    chunkNames: "chunks/[name]-[hash]",
  }),
  // The extension ships the guard, but not the command line and its chunks.
  build({ ...inModules, entryPoints: ["src/core/machine/guard/main.ts"], outfile: "dist/guard.js" }),
  build({ ...inBrowser, entryPoints: ["webview/sizes/main.ts"], outfile: "dist/webview/sizes.js" }),
  build({ ...inBrowser, entryPoints: ["webview/console/main.ts"], outfile: "dist/webview/console.js" }),
  build({ ...inBrowser, entryPoints: ["webview/inspector/main.ts"], outfile: "dist/webview/inspector.js" }),
]);

// What the Red Hat YAML extension checks recipes with (package.json, yamlValidation).
writeFileSync("dist/recipe.schema.json", execFileSync(process.execPath, ["dist/cli.js", "schema"]));
