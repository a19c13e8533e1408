import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { installCodeServer } from "../../../scripts/setup/codeServer.mjs";
import { freePort } from "../../../scripts/setup/freePort.mjs";
import { packageExtension } from "../../../scripts/setup/packageExtension.mjs";
import { node, root } from "../../../scripts/setup/steps.mjs";
import { descendants } from "./processes.ts";

/** A running VS Code server with the packed extension installed and a copy of a workspace open. */
export interface Server {
  readonly url: string;
  /** The opened copy; tests may write to it. */
  readonly workspace: string;
  /** Cache of the engine in this server. */
  readonly cacheDir: string;
  readonly process: ChildProcess;
  /** SIGKILL to every extension host of this server. */
  killExtensionHosts(): void;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Folder whose content becomes the workspace. Default: one with examples/boots in it. */
  readonly workspace?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Ask for trust as on a person's machine. Default false. */
  readonly workspaceTrust?: boolean;
  /** Share a cache, so that packages are not fetched again in every suite. */
  readonly cacheDir?: string;
}

const quiet = {
  "workbench.startupEditor": "none",
  "workbench.welcomePage.experimentalOnboarding": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "git.enabled": false,
};

export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const entry = installCodeServer(node);
  const vsix = packageExtension();
  const home = mkdtempSync(join(tmpdir(), "whittle-e2e-"));
  const workspace = join(home, "workspace");
  if (options.workspace === undefined) copyTree(join(root, "examples", "boots"), join(workspace, "boots"));
  else copyTree(options.workspace, workspace);
  const data = join(home, "data");
  mkdirSync(join(data, "User"), { recursive: true });
  writeFileSync(join(data, "User", "settings.json"), JSON.stringify({ ...quiet, ...options.settings }));
  const where = ["--user-data-dir", data, "--extensions-dir", join(home, "extensions")];
  const cacheDir = options.cacheDir ?? join(home, "cache");
  const env = { ...process.env, WHITTLE_CACHE: cacheDir };
  await execa(node, [entry, ...where, "--install-extension", vsix, "--force"], { env });
  const port = await freePort();
  const trust = options.workspaceTrust ? [] : ["--disable-workspace-trust"];
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
      ...trust,
      workspace,
    ],
    { env, stdio: "ignore" },
  );
  const url = `http://localhost:${port}/?folder=${encodeURIComponent(workspace)}`;
  await untilAnswers(`http://localhost:${port}/healthz`);
  return {
    url,
    workspace,
    cacheDir,
    process: server,
    killExtensionHosts() {
      for (const pid of descendants(server.pid ?? -1, /--type=extensionHost/)) process.kill(pid, "SIGKILL");
    },
    async stop() {
      const ended = new Promise(resolve => server.once("exit", resolve));
      server.kill("SIGTERM");
      await Promise.race([ended, sleep(10_000)]);
      server.kill("SIGKILL");
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function copyTree(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: path => !/\/out(\/|$)/.test(path) });
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(500);
  }
  throw new Error(`${url} did not answer within a minute`);
}
