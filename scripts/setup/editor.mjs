// Opens VS Code with the packed extension: the `code` of this machine, else code-server in a browser.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeServerHome, installCodeServer } from "./codeServer.mjs";
import { freePort } from "./freePort.mjs";
import { packageExtension } from "./packageExtension.mjs";
import { node, run, say } from "./steps.mjs";

/** @returns {Promise<number>} exit code, once the editor was started (`code`) or ended (code-server) */
export async function openEditor(folder) {
  const vsix = packageExtension();
  const isRoot = process.getuid?.() === 0;
  const hasCode = !isRoot && spawnSync("code", ["--version"], { stdio: "ignore" }).status === 0;
  if (hasCode) {
    say("Installing the extension into your VS Code and opening examples/ …");
    if (run("code", ["--install-extension", vsix, "--force"]) !== 0) return 1;
    return run("code", [folder]);
  }
  return serve(folder, vsix);
}

async function serve(folder, vsix) {
  const entry = installCodeServer(node, say);
  const data = join(codeServerHome(), "..", "editor");
  mkdirSync(join(data, "User"), { recursive: true });
  writeFileSync(
    join(data, "User", "settings.json"),
    JSON.stringify({
      "workbench.startupEditor": "none",
      "telemetry.telemetryLevel": "off",
      "extensions.autoCheckUpdates": false,
    }),
    { flag: "a+" },
  );
  const where = ["--user-data-dir", data, "--extensions-dir", join(data, "extensions")];
  if (
    run(node, [entry, ...where, "--install-extension", vsix, "--force"], {
      stdio: ["ignore", "ignore", 2],
    }) !== 0
  )
    return 1;
  const port = await freePort();
  const server = spawn(
    node,
    [
      entry,
      "--auth",
      "none",
      "--bind-addr",
      `127.0.0.1:${port}`,
      ...where,
      "--disable-telemetry",
      "--disable-update-check",
      folder,
    ],
    { stdio: ["ignore", "ignore", 2] },
  );
  say(`VS Code runs at http://localhost:${port}/?folder=${encodeURIComponent(folder)}  (Ctrl-C ends it)`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill("SIGTERM"));
  return new Promise(resolve => server.on("exit", code => resolve(code ?? 0)));
}
