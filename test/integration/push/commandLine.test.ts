import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleCommandLine } from "../cli/bundle.ts";
import { type LocalRegistry, startRegistry } from "../oci/localRegistry.ts";
import { openFront } from "./front.ts";
import { inspected, openPushBench, type PushBench } from "./pushBench.ts";

let bench: PushBench;
let registry: LocalRegistry;
let bundle: Awaited<ReturnType<typeof bundleCommandLine>>;
let recipe: string;
beforeAll(async () => {
  bench = await openPushBench();
  registry = await startRegistry(bench.folder);
  bundle = await bundleCommandLine();
  await bench.put("boots", "large", "0123456789abcdef".repeat(1_500_000));
  recipe = await bench.recipe("boots", [
    "stages: [{ files: [{ path: /large, source: large }] }]",
    `outputs: [{ oci: { compress: none, tag: "${registry.host}/ann/own:3" } }, { tar: {} }]`,
  ]);
});
afterAll(async () => {
  await registry.stop();
  await bundle.remove();
  await bench.close();
});

/** Starts the command; `act` may do something while it runs. */
async function whittle(args: readonly string[], act: (pid: number) => Promise<void> = async () => {}) {
  const env = { ...process.env, WHITTLE_CACHE: bench.cacheDir };
  const child = spawn(process.execPath, [bundle.cli, "push", recipe, ...args], { env, cwd: bench.folder });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const closed = once(child, "close");
  await act(child.pid ?? 0);
  await closed;
  const lines = stdout.split("\n").filter(line => line !== "");
  return { code: child.exitCode, stdout, stderr, lines };
}

it("builds, pushes and prints the digest that the registry has", async () => {
  const name = `${registry.host}/ann/boots`;
  const { code, stdout, stderr } = await whittle([`${name}:1.0`, "--tag", "latest"]);
  expect(stderr).toContain(`pushing ${name}:1.0`);
  expect(code).toBe(0);
  const { Digest } = await inspected(`${name}:latest`);
  expect(stdout.split("\n").slice(0, 3)).toEqual([`${name}@${Digest}`, `${name}:1.0`, `${name}:latest`]);
  const again = await whittle([`${name}:1.0`]);
  expect(again.stdout).toContain(`${name}:1.0 (as before)`);
});

it("goes where the recipe says, with JSON lines only", async () => {
  const { code, lines } = await whittle(["--json"]);
  expect(code).toBe(0);
  const values = lines.map(line => JSON.parse(line) as Record<string, unknown>);
  expect(values.filter(each => each["type"] === "push-progress").at(-1)).toMatchObject({ unit: "bytes" });
  expect(values.at(-1)).toMatchObject({
    ...{ result: "push", recipe: "boots", output: "oci", type: "image" },
    digest: (await inspected(`${registry.host}/ann/own:3`)).Digest,
    tags: [{ reference: `${registry.host}/ann/own:3` }],
  });
});

it("ends with 2 when the call is wrong, before anything is built", async () => {
  for (const [args, code] of [
    [["boots"], "push-reference"],
    [["--output", "nope"], "usage"],
    [["--output", "tar"], "usage"],
  ] as const) {
    const failed = await whittle([...args, "--json"]);
    expect(failed.code).toBe(2);
    expect(failed.lines.map(line => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ result: "failed", code }),
    ]);
  }
});

it("ends with 130 on Ctrl-C, within two seconds and without a trace", async () => {
  const front = await openFront(registry, method => (method === "PATCH" ? "halt" : undefined));
  let began = 0;
  const { code, lines } = await whittle([`${front.host}/ann/stopped`, "--json"], async pid => {
    await front.halted;
    began = performance.now();
    process.kill(pid, "SIGINT");
  });
  expect(performance.now() - began).toBeLessThan(2000);
  await front.close();
  expect(code).toBe(130);
  expect(JSON.parse(lines.at(-1) ?? "")).toEqual({ result: "cancelled" });
  expect(readdirSync(join(bench.cacheDir, "tmp"))).toEqual([]);
});
