// `npm start`: from a fresh clone to a booted image and an open editor.
import { join } from "node:path";
import { openEditor } from "./setup/editor.mjs";
import {
  buildBundles,
  checkPlatform,
  installNpmPackages,
  installSystemPackages,
  main,
  node,
  root,
  run,
  SetupProblem,
  say,
} from "./setup/steps.mjs";
import { basicTools } from "./setup/systemTools.mjs";

await main(async () => {
  checkPlatform();
  installNpmPackages();
  installSystemPackages(basicTools());
  say("Building the extension …");
  buildBundles();
  const whittle = (...args) => run(node, [join(root, "dist", "cli.js"), ...args]);
  const example = join(root, "examples", "boots");
  say("Building examples/boots …");
  if (whittle("build", example) !== 0) throw new SetupProblem("examples/boots did not build (see above).");
  say("Booting it (Ctrl-C to give up) …");
  if (whittle("boot", example, "--until", "login:", "--timeout", "180") !== 0)
    throw new SetupProblem("examples/boots did not boot (see above).");
  if (process.argv.includes("--no-editor")) {
    say("Next: put the recipe of README.md into a folder and run: node dist/cli.js boot FOLDER");
    return 0;
  }
  return openEditor(join(root, "examples"));
});
