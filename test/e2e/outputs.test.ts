import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { qemuProcesses, until } from "./workbench/processes.ts";
import { type Server, startServer } from "./workbench/server.ts";
import { Workbench } from "./workbench/workbench.ts";

const source = mkdtempSync(join(tmpdir(), "whittle-outputs-"));
const recipe = `name: images
stages:
  - kernel: { package: linux-image-cloud-amd64, modules: none }
  - busybox: { applets: all }
  - name: system
    files:
      - { path: /dev/console, device: "c 5:1", mode: "0600" }
      - { path: /etc/inittab, content: "::sysinit:/bin/echo images is up\\n" }
outputs:
  - iso: { pack: gz, cmdline: "console=ttyS0 no_timer_check" }
  - uki: { cmdline: "console=ttyS0 no_timer_check" }
  - tar: {}
boot:
  memory: 256M
  ready: images is up
`;
let server: Server;
let workbench: Workbench;

beforeAll(async () => {
  mkdirSync(join(source, "images"), { recursive: true });
  writeFileSync(join(source, "images", "images.whittle.yaml"), recipe);
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

const output = (name: RegExp) => workbench.tree("Recipes").filter({ hasText: name }).first();
const picks = () => workbench.page.locator(".quick-input-list .monaco-list-row");
const menu = (label: string) => workbench.page.locator(".monaco-menu .action-label", { hasText: label });
const machine = (text: string) => workbench.tree("Machines").filter({ hasText: text });

async function stopMachine(): Promise<void> {
  await workbench.itemAction("Machines", "images", "Stop Machine");
  await until(() => qemuProcesses(server.workspace).length === 0, 20_000);
}

test("outputs show their size, the size packed, and what starts them", async () => {
  await workbench.itemAction("Recipes", "images", "Build");
  await workbench
    .tree("Recipes")
    .filter({ hasText: /^iso.*MiB → [\d.]+ MiB gz · BIOS, UEFI/ })
    .waitFor({ timeout: 240_000 });
  await output(/^uki.*MiB · UEFI/).waitFor();
  // Its files are below it, each with its own size.
  await output(/^iso/).locator(".monaco-tl-twistie").click();
  await output(/^images\.iso\.gz/).waitFor();
  await workbench.screenshot("outputs");
});

test("an output that cannot be booted offers no boot, and says why", async () => {
  await output(/^tar/).hover();
  await workbench.page
    .locator(".monaco-hover", { hasText: "Cannot be booted: no machine starts from a tar." })
    .waitFor();
  await output(/^tar/).click({ button: "right" });
  await menu("Copy sha256").waitFor();
  expect(await menu("Boot").count()).toBe(0);
  await workbench.page.keyboard.press("Escape");
});

test("Boot asks which of several outputs, and remembers the answer", async () => {
  await workbench.itemAction("Recipes", "images", "Boot");
  await picks().filter({ hasText: "iso by UEFI" }).waitFor();
  expect(await picks().count()).toBe(3);
  await picks().filter({ hasText: "iso by BIOS" }).click();
  await machine("iso by BIOS").filter({ hasText: "ready in" }).waitFor({ timeout: 240_000 });
  await stopMachine();
  await workbench.itemAction("Recipes", "images", "Boot");
  await until(() => qemuProcesses(server.workspace).length === 1, 60_000);
  await machine("iso by BIOS").first().waitFor();
  await stopMachine();
});

test("an output is booted by the firmware that its menu names", async () => {
  await workbench.chooseInMenu(output(/^iso/), "Boot by UEFI");
  await machine("iso by UEFI").first().waitFor();
  await stopMachine();
});

test("the inspector opens from the tree and shows the unified kernel image", async () => {
  await workbench.itemAction("Recipes", "uki", "Inspect Image…");
  const inspector = await workbench.webview(".bar");
  await inspector.locator(".title", { hasText: "Unified kernel image" }).waitFor();
  await inspector.locator("dd", { hasText: "console=ttyS0 no_timer_check" }).first().waitFor();
  await inspector.locator(".sha256 code").waitFor();
  await workbench.screenshot("inspector");
});

test("an image file opens in the inspector, and the Explorer's menu boots it", async () => {
  const { page } = workbench;
  await page.keyboard.press("Control+P");
  await page.locator(".quick-input-widget input.input").fill("images.iso");
  await picks().filter({ hasText: "images.iso" }).first().click();
  await page.locator(".tab.active", { hasText: "images.iso" }).waitFor();
  await (await workbench.webview(".title:has-text('CD image')")).locator("h1").waitFor();
  await workbench.command("File: Reveal Active File in Explorer View");
  const file = page.locator(".explorer-folders-view .monaco-list-row", { hasText: /^images\.iso$/ });
  await workbench.chooseInMenu(file, "Boot Image File…");
  await picks().filter({ hasText: "By BIOS" }).click();
  const log = join(server.workspace, "images", "out", "images", "images.iso.console.log");
  await until(() => readFileSync(log, "utf8").includes("images is up"), 240_000);
});

test("an ended machine is booted again as it was", async () => {
  await workbench.openContainer("Whittle");
  await stopMachine();
  await workbench.itemAction("Machines", "images", "Boot");
  await until(() => qemuProcesses(server.workspace).length === 1, 60_000);
  await machine("iso by BIOS").first().waitFor();
});
