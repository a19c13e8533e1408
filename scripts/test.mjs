// `npm test`: the same set-up as `npm start`, then every check and test. The last line is `N passed, N failed`.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installCodeServer } from "./setup/codeServer.mjs";
import { packageExtension } from "./setup/packageExtension.mjs";
import {
  checkPlatform,
  installNpmPackages,
  installSystemPackages,
  main,
  node,
  root,
  run,
  say,
} from "./setup/steps.mjs";
import { testTools } from "./setup/systemTools.mjs";

const bin = name => join(root, "node_modules", ".bin", name);
const checks = [
  ["types of the extension and the engine", [bin("tsc"), "--noEmit", "-p", root]],
  ["types of the webviews", [bin("tsc"), "--noEmit", "-p", join(root, "webview")]],
  ["lint and format", [bin("biome"), "check", "--error-on-warnings", root]],
];

await main(async () => {
  checkPlatform();
  installNpmPackages();
  installSystemPackages(testTools());
  installCodeServer(node, say);
  packageExtension();
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, [program, ...args]] of checks) {
    say(`Checking ${name} …`);
    total[run(program, args) === 0 ? "passed" : "failed"] += 1;
  }
  for (const project of ["unit", "integration", "e2e"]) {
    say(`Testing: ${project} …`);
    const counts = runProject(project);
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
  return total.failed > 0 || total.skipped > 0 ? 1 : 0;
});

/** Runs one vitest project; a run that broke off counts as one failure more. */
function runProject(project) {
  const folder = mkdtempSync(join(tmpdir(), "whittle-test-"));
  const json = join(folder, "results.json");
  try {
    const code = run(bin("vitest"), [
      "run",
      "--project",
      project,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${json}`,
    ]);
    const results = JSON.parse(readFileSync(json, "utf8"));
    const failed = results.numFailedTests;
    return {
      passed: results.numPassedTests,
      failed: code !== 0 && failed === 0 ? 1 : failed,
      skipped: results.numPendingTests + results.numTodoTests,
    };
  } catch (error) {
    process.stderr.write(`${project}: ${error.message}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
