// `npm run package`: the VSIX, and its size, which must stay under 2 MB.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { packageExtension } from "./setup/packageExtension.mjs";
import { installNpmPackages, main, root } from "./setup/steps.mjs";

await main(() => {
  installNpmPackages();
  mkdirSync(join(root, "out"), { recursive: true });
  const vsix = packageExtension();
  process.stdout.write(`${vsix} ${statSync(vsix).size} bytes\n`);
});
