// Packs the extension as it ships.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildBundles, root, run, SetupProblem } from "./steps.mjs";

/** @returns {string} path of the VSIX */
export function packageExtension() {
  buildBundles();
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  mkdirSync(join(root, "out"), { recursive: true });
  const vsix = join(root, "out", `${name}-${version}.vsix`);
  const packed = run(
    join(root, "node_modules", ".bin", "vsce"),
    [
      "package",
      "--no-dependencies",
      "--allow-missing-repository",
      "--no-rewrite-relative-links",
      "--out",
      vsix,
    ],
    {
      stdio: ["ignore", "ignore", 2],
    },
  );
  if (packed !== 0) throw new SetupProblem("vsce could not pack the extension (see above).");
  return vsix;
}
