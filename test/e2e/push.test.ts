import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type LocalRegistry, startRegistry } from "../integration/oci/localRegistry.ts";
import { type Front, openFront } from "../integration/push/front.ts";
import { inspected } from "../integration/push/pushBench.ts";
import { processes, until } from "./workbench/processes.ts";
import { type Server, startServer } from "./workbench/server.ts";
import { Workbench } from "./workbench/workbench.ts";

const source = mkdtempSync(join(tmpdir(), "whittle-push-e2e-"));
let registry: LocalRegistry;
let slow: Front;
let server: Server;
let workbench: Workbench;

beforeAll(async () => {
  mkdirSync(join(source, "workspace", "shared"), { recursive: true });
  writeFileSync(join(source, "workspace", "shared", "large"), "0123456789abcdef".repeat(1_500_000));
  writeFileSync(
    join(source, "workspace", "shared", "shared.whittle.yaml"),
    "name: shared\nstages:\n  - files: [{ path: /large, source: large }]\noutputs:\n  - tar: {}\n  - oci: { compress: none }\n",
  );
  registry = await startRegistry(source);
  slow = await openFront(registry, method => (method === "PATCH" ? "halt" : undefined));
  server = await startServer({ workspace: join(source, "workspace") });
  workbench = await Workbench.open(server);
  await workbench.openContainer("Whittle");
});

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  await workbench.command("Notifications: Show Notifications").catch(() => undefined);
  await workbench.screenshot(`failed ${task.name.slice(0, 40)}`);
});

afterAll(async () => {
  await workbench?.close();
  await server?.stop();
  await slow?.close();
  await registry?.stop();
  rmSync(source, { recursive: true, force: true });
});

const row = (label: string) => workbench.tree("Recipes").filter({ hasText: label });
const toast = (text: string) => workbench.page.locator(".notification-toast", { hasText: text });
const input = () => workbench.page.locator(".quick-input-widget input.input");

/** Asks for a push; what stands in the box at first. */
async function push(reference: string | undefined): Promise<string> {
  await workbench.settled("Recipes");
  await workbench.itemAction("Recipes", "oci", "Push to Registry…");
  await input().waitFor();
  const before = await input().inputValue();
  if (reference !== undefined) await input().fill(reference);
  return before;
}

test("only a container image can be pushed; a name that cannot be used is told while it is typed", async () => {
  await row("oci").first().waitFor();
  await row("tar").first().hover();
  expect(await row("tar").first().locator('.actions a[aria-label="Push to Registry…"]').count()).toBe(0);
  await push("shared:1.0");
  const problem = workbench.page.locator(".quick-input-message", {
    hasText: "names neither another registry",
  });
  await problem.waitFor();
  await workbench.screenshot("push-input");
  await input().press("Escape");
  await input().waitFor({ state: "hidden" });
});

test("it is built and pushed, the notification has its reference, and the next push goes to the same place", async () => {
  const name = `${registry.host}/ann/shared`;
  expect(await push(`${name}:1.0`)).toBe("");
  await workbench.page.keyboard.press("Enter");
  await toast(`Pushed ${name}:1.0`).waitFor();
  await workbench.screenshot("push-done");
  const copy = toast(`Pushed ${name}:1.0`).getByRole("button", { name: "Copy Reference" });
  await copy.click();
  const { Digest } = await inspected(`${name}:1.0`);
  await input().waitFor({ state: "hidden" });
  expect(await push(undefined)).toBe(`${name}:1.0`);
  await input().fill("");
  await workbench.page.keyboard.press("Control+v");
  expect(await input().inputValue()).toBe(`${name}@${Digest}`);
  await input().fill(`${name}:1.0`);
  await workbench.page.keyboard.press("Enter");
  await toast(`${name}:1.0 was up to date`).waitFor();
});

test("a push is cancelled from its notification, and nothing is left of it", async () => {
  await push(`${slow.host}/ann/cancelled:2.0`);
  await workbench.page.keyboard.press("Enter");
  const progress = toast(`Pushing oci to ${slow.host}`);
  await progress.waitFor();
  await slow.halted;
  const senders = () =>
    [...processes().values()].filter(line => /skopeo.*copy/.test(line) && line.includes(slow.host));
  expect(senders()).toHaveLength(1);
  await progress.hover();
  await workbench.screenshot("push-running");
  await progress.getByRole("button", { name: "Cancel" }).click();
  await until(() => senders().length === 0, 4_000);
  await until(() => readdirSync(join(server.cacheDir, "tmp")).length === 0, 4_000);
});
