import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHost } from "../../../src/core/host/openHost.ts";
import { bundleCommandLine } from "../cli/bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-tiny-"));
const recipe = join(folder, "tiny-kernel.whittle.yaml");
let bundle: Awaited<ReturnType<typeof bundleCommandLine>>;
/** The lines of the first build, as --json gives them. */
let lines: readonly Record<string, unknown>[];

beforeAll(async () => {
  bundle = await bundleCommandLine();
  cpSync("examples/tiny-kernel", folder, { recursive: true });
  // The example has no modules; here one is built.
  const text = readFileSync(recipe, "utf8");
  const modules = "        - { CONFIG_MODULES: y, CONFIG_CRC7: m }\n";
  writeFileSync(
    recipe,
    text.replace(/^ {6}fragments:\n/m, found => `${found}${modules}`),
  );
  lines = await build();
}, 900_000);

afterAll(async () => {
  await bundle.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function build(): Promise<readonly Record<string, unknown>[]> {
  const env = { ...process.env, WHITTLE_CACHE: join(folder, "cache") };
  const args = [bundle.cli, "build", recipe, "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 64 * 1024 * 1024 });
  return stdout
    .split("\n")
    .flatMap(line => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));
}

/** Boots, types the answers to what the console says, one after another, and returns all that was said. */
async function talk(answers: readonly (readonly [until: RegExp, say: string])[]): Promise<string> {
  const out = join(folder, "out", "tiny-kernel");
  const args = ["-accel", "tcg", "-m", "48", "-nodefaults", "-nographic", "-serial", "stdio", "-no-reboot"];
  args.push("-kernel", join(out, "vmlinuz"), "-initrd", join(out, "tiny-kernel-1.0.cpio.zst"));
  args.push("-append", "console=ttyS0 panic=-1");
  const child = spawn(openHost().tools.require("qemu-system-x86_64"), args, {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const end = setTimeout(() => child.kill("SIGKILL"), 120_000);
  let said = "";
  let seen = 0;
  const left = [...answers];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    const [until, say] = left[0] ?? [];
    const found = until?.exec(said.slice(seen));
    if (!found || say === undefined) return;
    seen += found.index + found[0].length;
    left.shift();
    child.stdin.write(`${say}\n`);
  });
  await new Promise(resolve => child.once("close", resolve));
  clearTimeout(end);
  return said.replaceAll("\r", "");
}

it("boots the example's kernel and BusyBox to a prompt, with modules that load", async () => {
  const said = await talk([
    [/tiny login: /, "root"],
    [/# $/, "uname -sr; cat /proc/version; modprobe crc7 && lsmod; stat -f -c %T /tmp; reboot -f"],
  ]);
  expect(said).toMatch(/^Linux 6\.\d+\.\d+$/m);
  expect(said).toMatch(/Linux version 6\.\S+ \(whittle@whittle\) .* #1 Thu Jan {2}1 00:00:00 UTC 1970/);
  expect(said).toMatch(/^crc7 \d+ .*Live/m);
  expect(said).toMatch(/^tmpfs$/m);
});

it("tells how far it is, has every line of make's, and takes the kernel from the cache the next time", async () => {
  const ofKernel = lines.filter(each => JSON.stringify(each["work"])?.includes('"kind":"kernel"'));
  const progress = ofKernel.filter(each => each["type"] === "progress" && each["unit"] === "items");
  const counted = progress.filter(each => typeof each["total"] === "number");
  expect(counted.length).toBeGreaterThan(20);
  const last = counted.at(-1) ?? {};
  expect(Number(last["done"])).toBeGreaterThan(Number(last["total"]) * 0.85);
  const log = ofKernel.filter(each => each["type"] === "log").map(each => String(each["line"]));
  expect(log.some(line => /^ {2}CC +init\/main\.o/.test(line))).toBe(true);
  rmSync(join(folder, "out"), { recursive: true });
  const again = await build();
  const started = again.filter(each => each["type"] === "started").map(each => each["work"]);
  expect(started.filter(each => (each as { what?: string }).what === "stage")).toEqual([]);
});
