import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, test } from "vitest";
import { processes, until } from "./workbench/processes.ts";
import { type Server, startServer } from "./workbench/server.ts";
import { Workbench } from "./workbench/workbench.ts";

const source = mkdtempSync(join(tmpdir(), "whittle-builds-"));
let server: Server;
let workbench: Workbench;

// 96 MiB that xz cannot make short work of: long enough to be cancelled by hand.
function noise(mebibytes: number): Buffer {
  const bytes = Buffer.alloc(mebibytes * 1024 * 1024);
  let state = 1;
  for (let at = 0; at < bytes.length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}

beforeAll(async () => {
  mkdirSync(join(source, "slow", "big"), { recursive: true });
  writeFileSync(join(source, "slow", "big", "noise"), noise(96));
  writeFileSync(
    join(source, "slow", "slow.whittle.yaml"),
    "name: slow\nstages:\n  - tree: big\noutputs:\n  - tar: { compress: xz, level: 9 }\n",
  );
  mkdirSync(join(source, "broken"));
  writeFileSync(
    join(source, "broken", "broken.whittle.yaml"),
    "name: broken\nstages:\n  - files:\n      - { path: /etc/motd, content: hello }\n  - name: gone\n    remove: [/usr/share/nothing]\noutputs:\n  - tar: {}\n",
  );
  server = await startServer({ workspace: source });
  workbench = await Workbench.open(server);
  await workbench.openContainer("Whittle");
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name.slice(0, 40)}`);
});

afterAll(async () => {
  await workbench?.close();
  await server?.stop();
  rmSync(source, { recursive: true, force: true });
});

const compressors = (): number => [...processes().values()].filter(line => /\bxz -c /.test(line)).length;

test("a running build is cancelled from its notification: the work ends and leaves nothing", async () => {
  await workbench.tree("Recipes").filter({ hasText: "slow" }).first().waitFor();
  await workbench.itemAction("Recipes", "slow", "Build");
  const toast = workbench.page.locator(".notification-toast", { hasText: "Building slow" });
  await toast.waitFor();
  await until(() => compressors() > 0, 60_000);
  await workbench.screenshot("build-running");
  await toast.hover();
  await toast.getByRole("button", { name: "Cancel" }).click();
  await until(() => compressors() === 0, 4_000);
  await toast.waitFor({ state: "detached" });
  // The notification goes as soon as the button is pressed; the clean-up ends a moment later.
  await until(() => !existsSync(join(server.workspace, "slow", "out")), 4_000);
  await until(() => readdirSync(join(server.cacheDir, "tmp")).length === 0, 4_000);
  await workbench.settled("Recipes");
});

test("a running build is cancelled from the tree as well", async () => {
  await workbench.itemAction("Recipes", "slow", "Build");
  await until(() => compressors() > 0, 60_000);
  await workbench.itemAction("Recipes", "slow", "Cancel Build");
  await until(() => compressors() === 0, 4_000);
  await workbench.settled("Recipes");
});

test("a stage that fails is marked in the tree and at its place, with the way out", async () => {
  await workbench.itemAction("Recipes", "broken", "Build");
  const toast = workbench.page.locator(".notification-toast", { hasText: "/usr/share/nothing" });
  await toast.waitFor();
  await workbench.tree("Recipes").filter({ hasText: "gone" }).locator(".codicon-error").waitFor();
  await workbench.screenshot("build-failed");
  await workbench.command("View: Focus Problems");
  await workbench.page
    .locator(".markers-panel .monaco-list-row", { hasText: "/usr/share/nothing" })
    .filter({ hasText: "[Ln 6" })
    .waitFor();
});

test("the lenses above a recipe build it", async () => {
  await workbench.openFile("broken.whittle.yaml");
  const text =
    "name: broken\nstages:\n  - files:\n      - { path: /etc/motd, content: hello }\noutputs:\n  - tar: {}\n";
  writeFileSync(join(server.workspace, "broken", "broken.whittle.yaml"), text);
  const lens = workbench.page.locator(".codelens-decoration a", { hasText: "Build" }).first();
  await lens.click();
  await workbench.tree("Recipes").filter({ hasText: "tar" }).filter({ hasText: "KiB" }).waitFor();
  await until(
    () => readdirSync(join(server.workspace, "broken", "out", "broken")).includes("broken.tar"),
    10_000,
  );
});

test("a script that fails is marked at the line of the recipe where it stopped", async () => {
  const text = [
    "name: broken",
    "stages:",
    "  - busybox: { applets: all }",
    "  - name: set up",
    "    run: |",
    "      echo begins",
    "      touch /made",
    "      ls /nowhere",
    "      echo never",
    "outputs:",
    "  - tar: {}",
    "",
  ].join("\n");
  writeFileSync(join(server.workspace, "broken", "broken.whittle.yaml"), text);
  await workbench.tree("Recipes").filter({ hasText: "set up" }).waitFor();
  await workbench.itemAction("Recipes", "broken", "Build");
  await workbench.page.locator(".notification-toast", { hasText: "at line 3" }).waitFor({ timeout: 120_000 });
  await workbench.command("View: Focus Problems");
  await workbench.page
    .locator(".markers-panel .monaco-list-row", { hasText: "ls /nowhere" })
    .filter({ hasText: "[Ln 8" })
    .waitFor();
  await workbench.screenshot("script-failed");
});
