// `npm run screenshots`: the pictures of the README, taken in a real VS Code of what it is now.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/setup/steps.mjs";
import { startServer } from "./workbench/server.ts";
import { Workbench } from "./workbench/workbench.ts";

const folder = join(root, "docs", "images");
const server = await startServer({
  settings: { "workbench.colorTheme": "Default Dark Modern", "editor.minimap.enabled": false },
});
const workbench = await Workbench.open(server, { width: 1440, height: 900 });
const { page } = workbench;
try {
  await workbench.openContainer("Whittle");
  await workbench.tree("Recipes").filter({ hasText: "boots" }).first().waitFor();
  await workbench.openFile("boots.whittle.yaml");
  await workbench.itemAction("Recipes", "boots", "Boot");
  await workbench.tree("Machines").filter({ hasText: "ready in" }).waitFor({ timeout: 240_000 });
  const terminal = await workbench.webview(".xterm-helper-textarea");
  await workbench.typeInConsole(terminal, "root\n");
  await page.waitForTimeout(1500);
  await workbench.typeInConsole(terminal, "uname -a; ping -c 2 10.0.2.2\n");
  await page.waitForTimeout(4000);
  await page.locator(".part.sidebar").screenshot({ path: join(folder, "trees.png") });
  await page.locator(".part.panel").screenshot({ path: join(folder, "console.png") });
  await workbench.itemAction("Recipes", "boots", "Show Sizes");
  const sizes = await workbench.webview("canvas");
  await sizes.locator(".total").first().waitFor();
  await page.mouse.move(200, 700);
  await page.waitForTimeout(3000);
  await page.screenshot({ path: join(folder, "overview.png") });
  await workbench.command("View: Toggle Maximize Editor Group");
  await workbench.command("View: Toggle Panel Visibility");
  await page.waitForTimeout(2000);
  await page.locator(".part.editor").screenshot({ path: join(folder, "sizes.png") });
  // The example makes no unified kernel image; its copy does, after the pictures of the example itself.
  const recipe = join(server.workspace, "boots", "boots.whittle.yaml");
  const text = readFileSync(recipe, "utf8");
  writeFileSync(
    recipe,
    text.replace("outputs:\n", 'outputs:\n  - uki: { cmdline: "console=ttyS0 quiet" }\n'),
  );
  await workbench.tree("Recipes").filter({ hasText: /^uki/ }).waitFor();
  await workbench.itemAction("Recipes", "boots", "Build");
  await workbench
    .tree("Recipes")
    .filter({ hasText: /^uki.*MiB · UEFI/ })
    .waitFor({ timeout: 240_000 });
  await workbench.itemAction("Recipes", "uki", "Inspect Image…");
  const inspector = await workbench.webview(".bar");
  await inspector.locator(".sha256 code").waitFor();
  await page.waitForTimeout(1500);
  await page.locator(".part.editor").screenshot({ path: join(folder, "inspector.png") });
} finally {
  await workbench.close();
  await server.stop();
}
