import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { node, root } from "../../scripts/setup/steps.mjs";
import { until } from "./workbench/processes.ts";
import { type Server, startServer } from "./workbench/server.ts";
import { Workbench } from "./workbench/workbench.ts";

const source = mkdtempSync(join(tmpdir(), "whittle-editing-"));
let server: Server;
let workbench: Workbench;

beforeAll(async () => {
  mkdirSync(join(source, "overlay", "etc"), { recursive: true });
  writeFileSync(join(source, "overlay", "etc", "motd"), "hello\n");
  writeFileSync(join(source, "typed.whittle.yaml"), "name: typed\n");
  server = await startServer({ workspace: source, workspaceTrust: true });
  workbench = await Workbench.open(server);
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name.slice(0, 40)}`);
});

afterAll(async () => {
  await workbench?.close();
  await server?.stop();
  rmSync(source, { recursive: true, force: true });
});

const recipe = (): string => join(server.workspace, "typed.whittle.yaml");

function check(): { diagnostics: { severity: string; message: string }[] } {
  const output = execFileSync(node, [join(root, "dist", "cli.js"), "check", recipe(), "--json"], {
    encoding: "utf8",
  });
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}

/** Asks for suggestions, unless they are there already, and takes the one called `label`. */
async function complete(label: string): Promise<void> {
  const { page } = workbench;
  const suggestions = page.locator(".suggest-widget.visible");
  const wanted = suggestions.getByRole("option", { name: new RegExp(`^${label}(,|$)`) }).first();
  for (let tries = 0; tries < 5 && !(await wanted.isVisible()); tries++) {
    await page.keyboard.press("Control+Space");
    await wanted.waitFor({ timeout: 5000 }).catch(() => undefined);
  }
  await wanted.click();
}

describe("in a workspace that is not trusted", () => {
  test("recipes are read and edited, and nothing is built: the reason and the way out are said", async () => {
    await workbench.page.locator(".statusbar", { hasText: "Restricted Mode" }).waitFor();
    await workbench.openContainer("Whittle");
    await workbench.tree("Recipes").filter({ hasText: "typed" }).waitFor();
    await workbench.openFile("typed.whittle.yaml");
    await workbench.page
      .locator(".codelens-decoration", { hasText: "Build" })
      .first()
      .locator("a")
      .first()
      .click();
    await workbench.page.locator(".notification-toast", { hasText: "not trusted" }).waitFor();
    await workbench.screenshot("untrusted");
    await workbench.page.keyboard.press("Escape");
  });
});

describe("editing a recipe with nothing but completion", () => {
  test("a whole stage comes out of suggestions, and the checker has nothing to say against it", async () => {
    const { page } = workbench;
    await workbench.openFile("typed.whittle.yaml");
    await page.keyboard.press("Control+End");
    await complete("stages");
    await complete("busybox");
    await workbench.screenshot("completion");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+S");
    await until(() => /stages:\s+- busybox:/.test(readFileSync(recipe(), "utf8")), 10_000);
    expect(check().diagnostics.filter(each => each.severity === "error")).toEqual([]);
  });

  test("a path is completed from the recipe's folder", async () => {
    const { page } = workbench;
    writeFileSync(recipe(), "name: typed\nstages:\n  - tree: \n");
    await page.locator(".view-line", { hasText: "tree:" }).waitFor();
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await complete("overlay");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+S");
    await until(() => /tree: overlay\//.test(readFileSync(recipe(), "utf8")), 10_000);
  });

  test("hovering a key says what it means", async () => {
    await workbench.page
      .locator(".view-line span", { hasText: /^tree$/ })
      .first()
      .hover();
    await workbench.page
      .locator(".monaco-hover", { hasText: /folder/i })
      .first()
      .waitFor();
    await workbench.screenshot("hover");
  });

  test("a wrong key is marked on exactly its own range", async () => {
    writeFileSync(recipe(), "name: typed\nstagez:\n  - tree: overlay\n");
    const mark = workbench.page.locator(".squiggly-error").first();
    await mark.waitFor();
    await workbench.command("View: Focus Problems");
    await workbench.page
      .locator(".markers-panel .monaco-list-row", { hasText: "stagez" })
      .filter({ hasText: "[Ln 2, Col 1]" })
      .waitFor();
    await workbench.page.locator(".markers-panel .monaco-list-row", { hasText: "stages" }).first().waitFor();
    await workbench.screenshot("wrong-key");
  });
});
