import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHost } from "../../../src/core/host/openHost.ts";
import { packFile } from "../../../src/core/outputs/compress/packFile.ts";
import { formatBytes } from "../../../src/shared/bytes.ts";
import type { BuildReport, OutputReport } from "../../../src/shared/report.ts";
import { bundleCommandLine } from "../cli/bundle.ts";
import { signal } from "./outputBench.ts";

// Compression after the fact, as a person sees it on the command line.
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "whittle-packed-"));
const out = join(folder, "out/packed");
let bundle: Awaited<ReturnType<typeof bundleCommandLine>>;
beforeAll(async () => {
  bundle = await bundleCommandLine();
});
afterAll(async () => {
  await bundle.remove();
  rmSync(folder, { recursive: true });
});

async function build(disk: string, content: string, ...args: readonly string[]): Promise<string> {
  const stage = `  - files: [{ path: /sbin/init, content: "${content}" }]\n`;
  const recipe = join(folder, "packed.whittle.yaml");
  writeFileSync(recipe, `name: packed\nstages:\n${stage}outputs:\n  - disk: { ${disk} }\n`);
  const env = { ...process.env, WHITTLE_CACHE: join(folder, "cache") };
  return (await run(process.execPath, [bundle.cli, "build", recipe, ...args], { env })).stdout;
}

function packedOf(report: BuildReport): { readonly image: OutputReport; readonly packed: OutputReport } {
  const [image, packed] = ["disk", "packed"].map(kind => report.outputs.find(each => each.kind === kind));
  if (!image || !packed) throw new Error("A file is missing.");
  return { image, packed };
}

const lastOf = (stdout: string): BuildReport => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");

async function checkSums(): Promise<void> {
  const sums = readdirSync(out).filter(name => name.endsWith(".sha256"));
  await run("sha256sum", ["--strict", "-c", ...sums], { cwd: out });
}

it("both sizes stand in the JSON, in the events and in the table, also of a build with nothing to do", async () => {
  const said = await build("pack: xz", "one", "--json");
  const { image, packed } = packedOf(lastOf(said));
  expect(packed).toMatchObject({ path: `${image.path}.xz`, unpackedBytes: image.bytes });
  expect(packed.bytes).toBeLessThan(image.bytes);
  const events = said
    .trimEnd()
    .split("\n")
    .map(line => JSON.parse(line));
  const progress = events.filter(each => each.type === "progress" && each.total === image.bytes);
  expect(progress.at(-1)).toMatchObject({ done: image.bytes, unit: "bytes" });
  expect(progress.length).toBeGreaterThan(1);
  const sizes = `${formatBytes(image.bytes)} → ${formatBytes(packed.bytes)}`;
  expect(await build("pack: xz", "one")).toMatch(new RegExp(`disk: packed +${sizes} +${packed.path}`));
  expect(packedOf(lastOf(await build("pack: xz", "one", "--json"))).packed).toEqual(packed);
});

it("the checksums follow the files, and go with them", async () => {
  const before = packedOf(lastOf(await build("pack: gz", "one", "--json")));
  await checkSums();
  const after = packedOf(lastOf(await build("pack: gz", "two", "--json")));
  expect(after.packed.sha256).not.toBe(before.packed.sha256);
  await checkSums();
  await build("format: qcow2, pack: zst", "two");
  await checkSums();
  const left = ["packed.qcow2", "packed.qcow2.sha256", "packed.qcow2.zst", "packed.qcow2.zst.sha256"];
  const found = readdirSync(out).filter(name => name.startsWith("packed."));
  expect(found.filter(name => !name.includes(".cmdline")).sort()).toEqual(left);
});

it("gzip, which uses one core, runs once on each", async () => {
  const log = join(folder, "log");
  const slow = join(folder, "gzip");
  writeFileSync(slow, `#!/bin/sh\necho 1 >> ${log}\nsleep 1\ngzip "$@"\necho -1 >> ${log}\n`);
  chmodSync(slow, 0o755);
  writeFileSync(join(folder, "image"), Buffer.alloc(100 * 2 ** 20));
  const host = { ...openHost({ toolOverrides: { gzip: slow } }), jobs: 3 };
  const to = join(folder, "image.gz");
  await packFile(host, "gz", join(folder, "image"), to, { signal, onProgress: () => undefined });
  let running = 0;
  let most = 0;
  for (const change of readFileSync(log, "utf8").trim().split("\n")) {
    running += Number(change);
    most = Math.max(most, running);
  }
  expect(most).toBe(3);
  expect(running).toBe(0);
});
