import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { node, root } from "../../scripts/setup/steps.mjs";
import { qemuProcesses, until } from "./workbench/processes.ts";
import { type Server, startServer } from "./workbench/server.ts";
import { Workbench } from "./workbench/workbench.ts";

// One server and one window for the whole line, in the order a person would go: opening VS Code costs more than
// everything that is tested in it.
let server: Server;
let workbench: Workbench;

beforeAll(async () => {
  server = await startServer();
  workbench = await Workbench.open(server);
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name.slice(0, 40)}`);
});

afterAll(async () => {
  await workbench?.close();
  await server?.stop();
});

const recipe = (): string => join(server.workspace, "boots", "boots.whittle.yaml");
const consoleLog = (): string =>
  readFileSync(join(server.workspace, "boots", "out", "boots", "console.log"), "utf8");

function whittle(...args: string[]): string {
  const env = { ...process.env, WHITTLE_CACHE: server.cacheDir };
  return execFileSync(node, [join(root, "dist", "cli.js"), ...args], {
    encoding: "utf8",
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

describe("from the recipe to the sizes, in a real VS Code", () => {
  test("the Recipes view lists the example with its stages", async () => {
    await workbench.openContainer("Whittle");
    await workbench.tree("Recipes").filter({ hasText: "boots" }).first().waitFor();
    await workbench.tree("Recipes").filter({ hasText: "fewer modules" }).waitFor();
    await workbench.screenshot("recipes");
  });

  test("Build from the tree shows the stages as they go and ends with their sizes", async () => {
    await workbench.itemAction("Recipes", "boots", "Build");
    await workbench.page.locator(".notification-toast", { hasText: "Building boots" }).waitFor();
    await workbench.screenshot("building");
    await workbench
      .tree("Recipes")
      .filter({ hasText: "initramfs" })
      .filter({ hasText: "MiB" })
      .waitFor({ timeout: 240_000 });
    await workbench.tree("Recipes").filter({ hasText: "busybox" }).filter({ hasText: "+" }).waitFor();
    await workbench.screenshot("built");
  });

  test("Boot opens the console at a login prompt; what is typed reaches the machine and its answer comes back", async () => {
    await workbench.itemAction("Recipes", "boots", "Boot");
    await until(() => /boots login:/.test(consoleLog()), 120_000);
    const terminal = await workbench.webview(".xterm-helper-textarea");
    await workbench.typeInConsole(terminal, "root\n");
    await until(() => /~ # |\/root # /.test(consoleLog()), 30_000);
    await workbench.typeInConsole(terminal, "uname -a\n");
    await until(() => /Linux boots .* GNU\/Linux/.test(consoleLog()), 30_000);
    await workbench.screenshot("console");
    await workbench.tree("Machines").filter({ hasText: "ready in" }).waitFor();
  });

  test("the guest reaches its host: DHCP, ping and wget", async () => {
    const terminal = await workbench.webview(".xterm-helper-textarea");
    await workbench.typeInConsole(terminal, "ping -c 1 10.0.2.2 && echo pinged=$?\n");
    await until(() => /pinged=0/.test(consoleLog()), 60_000);
  });

  test("the console keeps what was said when it is hidden and shown again", async () => {
    await workbench.command("View: Toggle Panel Visibility");
    await workbench.page.keyboard.press("Escape");
    await workbench.command("Whittle: Show Console");
    const terminal = await workbench.webview(".xterm-helper-textarea");
    await workbench.findInConsole(terminal, "pinged=0");
  });

  // More than once: the window's parts come back in another order each time.
  test.each([1, 2, 3])("the console and its machine survive a reload of the window (%i)", async round => {
    const [before] = qemuProcesses(server.workspace);
    expect(before).toBeDefined();
    await workbench.command("Developer: Reload Window");
    await workbench.page.waitForTimeout(3000);
    await workbench.untilReady();
    await workbench.command("Whittle: Show Console");
    await workbench.tree("Machines").filter({ hasText: "boots" }).waitFor({ timeout: 60_000 });
    expect(qemuProcesses(server.workspace)).toEqual([before]);
    const terminal = await workbench.webview(".xterm-helper-textarea");
    await workbench.findInConsole(terminal, "pinged=0");
    await workbench.typeInConsole(terminal, `echo still=$((40+${round}))\n`);
    await until(() => consoleLog().includes(`still=${40 + round}`), 30_000);
  });

  test("Sizes shows tiles and bars whose sums are those of the command line", async () => {
    await workbench.itemAction("Recipes", "boots", "Show Sizes");
    const sizes = await workbench.webview("canvas");
    const report = JSON.parse(whittle("sizes", recipe(), "--json").trim().split("\n").at(-1) ?? "");
    const sums = await workbench.sizesSums(sizes);
    expect(sums.entries).toBe(report.totalBytes);
    const byStage = new Map<string, number>();
    for (const { stage, bytes } of report.entries) byStage.set(stage, (byStage.get(stage) ?? 0) + bytes);
    for (const [stage, bytes] of byStage) expect(sums.stages[stage] ?? 0).toBe(bytes);
    await workbench.screenshot("sizes");
  });

  test("Stop leaves no process of the machine", async () => {
    await workbench.itemAction("Machines", "boots", "Stop Machine");
    await until(() => qemuProcesses(server.workspace).length === 0, 10_000);
  });

  test("an unknown key is marked on its range, with the nearest name", async () => {
    const text = readFileSync(recipe(), "utf8");
    writeFileSync(recipe(), text.replace("busybox: { applets: all }", "busybox: { aplets: all }"));
    await workbench.openFile("boots.whittle.yaml");
    await workbench.command("View: Focus Problems");
    const problem = workbench.page.locator(".markers-panel .monaco-list-row", { hasText: "aplets" });
    await problem.dblclick();
    await workbench.page.locator(".squiggly-error").first().waitFor();
    await workbench.screenshot("problem");
    writeFileSync(recipe(), text);
    await workbench.page.locator(".squiggly-error").first().waitFor({ state: "detached" });
  });

  test("when the extension host is killed, no machine outlives it", async () => {
    await workbench.itemAction("Recipes", "boots", "Boot");
    await until(() => qemuProcesses(server.workspace).length === 1, 60_000);
    server.killExtensionHosts();
    await until(() => qemuProcesses(server.workspace).length === 0, 5_000);
  });
});
