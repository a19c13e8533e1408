import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toolchainFor } from "../../../src/core/kconfig/build/toolchain.ts";
import { openSandbox } from "../../../src/core/sandbox/openSandbox.ts";
import { configureKernel } from "../../../src/core/stages/kernel/source/configureKernel.ts";
import { kernelFacts } from "../../../src/core/stages/kernel/source/facts.ts";
import { kernelTools } from "../../../src/core/stages/kernel/source/kernelTools.ts";
import { kernelEnvironment } from "../../../src/core/stages/kernel/source/kernelWork.ts";
import { type KernelTree, obtainKernel } from "../../../src/core/stages/kernel/source/obtainKernel.ts";
import type { KernelFromSource } from "../../../src/core/stages/kernel/source/schema.ts";
import { kernel } from "../../../src/core/stages/kernel.ts";
import { openSourceBench, type SourceBench } from "./sourceBench.ts";

const run = promisify(execFile);
const sourcePackage = "linux-source-6.1";

// What is not needed until long after the first files are compiled; it is most of the source.
const late = ["drivers", "sound", "Documentation", "samples", "net", "arch/[!x]*", "fs"];

let bench: SourceBench;
/** What configuring needs; also as a tar, and beside the recipe a folder from which compiling can begin. */
let tree: KernelTree;
const configuring = "configuring.tar";
const beginning = "beginning";

beforeAll(async () => {
  bench = await openSourceBench();
  const context = bench.context();
  const given = { source: { package: sourcePackage } };
  tree = await obtainKernel(given, await kernelFacts(given, context), context);
  await run("tar", [
    "-cf",
    join(bench.folder, configuring),
    "-C",
    join(tree.folder, ".."),
    basename(tree.folder),
  ]);
  const without = late.flatMap(name =>
    ["c", "h", "S", "rst", "dts*"].map(end => `--exclude=*/${name}/*.${end}`),
  );
  const folder = join(bench.folder, beginning);
  await mkdir(folder);
  await run("tar", ["-xf", tree.tar.path, "-C", folder, "--strip-components=1", ...without]);
});
afterAll(() => bench.close());

/** The finished configuration for these parameters. */
async function configured(given: Omit<KernelFromSource, "source">) {
  const context = bench.context();
  const toolchain = toolchainFor("x86_64", bench.host.arch);
  const work = {
    given: { source: configuring, ...given },
    tree,
    sandbox: await openSandbox(bench.host, context),
    packages: kernelTools(toolchain).map(each => each.package),
    env: kernelEnvironment(toolchain, context),
  };
  return (await configureKernel(work, context)).values;
}

const write = (name: string, text: string) => writeFile(join(bench.folder, name), text);

describe("the configuration of a kernel", () => {
  it("is off but for what the fragments ask for, the last one first", async () => {
    await write("serial.config", "CONFIG_TTY=y\nCONFIG_SERIAL_8250=y\nCONFIG_LOG_BUF_SHIFT=16\n");
    const values = await configured({
      config: "allnoconfig",
      fragments: [
        "serial.config",
        { CONFIG_PRINTK: "y", CONFIG_LOG_BUF_SHIFT: 13, CONFIG_EXPERT: "y", CONFIG_PHYSICAL_START: 0x200000 },
      ],
    });
    const shown = [
      "TTY",
      "SERIAL_8250",
      "PRINTK",
      "LOG_BUF_SHIFT",
      "PHYSICAL_START",
      "64BIT",
      "NET",
      "MODULES",
    ];
    expect(shown.map(name => values.get(`CONFIG_${name}`))).toEqual([
      "y",
      "y",
      "y",
      "13",
      "0x200000",
      "y",
      undefined,
      undefined,
    ]);
  });

  it("can be the source's own, as make has it", async () => {
    const tiny = await configured({ config: "tinyconfig", fragments: ["CONFIG_KERNEL_GZIP=y"] });
    const defaults = await configured({});
    const out = join(bench.folder, "out");
    for (const [name, values] of [
      ["tinyconfig", tiny],
      ["defconfig", defaults],
    ] as const) {
      await mkdir(out);
      await run("make", ["-s", "-C", tree.folder, `O=${out}`, "ARCH=x86_64", name], {
        env: { ...process.env, MAKEFLAGS: "" },
      });
      const own = readFileSync(join(out, ".config"), "utf8").match(/^CONFIG_\w+=.*/gm) ?? [];
      const here = [...values].map(([option, value]) => `${option}=${value}`);
      const compression = /KERNEL_(?:XZ|GZIP)|DECOMPRESS/;
      expect(here.filter(line => !compression.test(line))).toEqual(
        own.filter(line => !compression.test(line)),
      );
      await rm(out, { recursive: true });
    }
    expect(tiny.get("CONFIG_KERNEL_GZIP")).toBe("y");
  });

  it("loses the modules that a trace does not name", async () => {
    const modules =
      "CONFIG_MODULES=y\nCONFIG_64BIT=y\nCONFIG_CRC7=m\nCONFIG_CRC8=m\nCONFIG_CRC16=m\nCONFIG_PRINTK=y\n";
    await write("modules.config", modules);
    await write(
      "lsmod.txt",
      "Module                  Size  Used by\ncrc7                   16384  0\ncrc16                   16384  1 ext4\n",
    );
    const values = await configured({ config: { localmodconfig: "lsmod.txt", from: "modules.config" } });
    expect(["CRC7", "CRC8", "CRC16"].map(name => values.get(`CONFIG_${name}`))).toEqual([
      "m",
      undefined,
      "m",
    ]);
  });
});

describe("an option that does not end up as asked", () => {
  it("fails the build with every name, what became of it and why, at the fragment", async () => {
    const given = {
      source: configuring,
      config: "allnoconfig",
      fragments: [{ CONFIG_PRINTK: "y", CONFIG_TTYY: "y" }, "CONFIG_VIRTIO_BLK=y\nCONFIG_ZLIB_INFLATE=y"],
    };
    await expect(bench.run(kernel, given)).rejects.toMatchObject({
      code: "config-option-lost",
      message: expect.stringMatching(
        new RegExp(
          [
            "3 options did not end up as asked:",
            "CONFIG_TTYY: linux 6\\.1\\.\\d+ has no such option\\. Did you mean CONFIG_TTY\\?",
            "CONFIG_VIRTIO_BLK: asked to be y, became n, because it depends on `VIRTIO`, and VIRTIO is n \\(drivers/block/Kconfig:\\d+\\)\\.",
            "CONFIG_ZLIB_INFLATE: asked to be y, became n, because nobody can set it by hand; CONFIG_\\w+, .* switch it on\\.",
          ].join("\n *"),
        ),
      ),
      placedAt: ["fragments", 0, "CONFIG_TTYY"],
    });
  });

  it("counts in a whole configuration file as well, unless a fragment says it anew", async () => {
    await write(
      "old.config",
      "CONFIG_64BIT=y\nCONFIG_IDE=y\nCONFIG_NET=y\nCONFIG_INET=y\nCONFIG_GCC_VERSION=1\n",
    );
    const given = (fragments: unknown[]) => ({ source: configuring, config: "old.config", fragments });
    await expect(bench.run(kernel, given([]))).rejects.toMatchObject({
      code: "config-option-unknown",
      message: expect.stringMatching(/^CONFIG_IDE \(.*old\.config:2\): linux 6\.1\.\d+ has no such option\./),
      placedAt: ["config"],
    });
    // INET goes with NET, as the fragment means it; nobody is blamed for the compiler's version.
    await expect(
      bench.run(kernel, given([{ CONFIG_IDE: "n", CONFIG_NET: "n", CONFIG_NOT_THERE_AT_ALL: "y" }])),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/^CONFIG_NOT_THERE_AT_ALL: /),
      placedAt: ["fragments", 0, "CONFIG_NOT_THERE_AT_ALL"],
    });
  });
});

describe("a kernel that cannot be built", () => {
  /** A copy of the source with another file, by hard links. */
  async function changed(name: string, path: string, text: string): Promise<void> {
    const copy = join(bench.folder, name);
    await run("cp", ["-al", join(bench.folder, beginning), copy]);
    await rm(join(copy, path), { force: true });
    await writeFile(join(copy, path), text);
  }

  it("shows the compiler's first errors with file and line, and has the rest in the log", async () => {
    await changed("broken", "kernel/bounds.c", "int main(void)\n{\n\treturn missing;\n}\n");
    const lines: string[] = [];
    const given = { source: "broken", config: "allnoconfig" };
    await expect(bench.run(kernel, given, { onLine: line => lines.push(line) })).rejects.toMatchObject({
      code: "source-build-failed",
      message: expect.stringMatching(
        /^linux 6\.1\.\d+ could not be compiled:\nkernel\/bounds\.c:3:\d+: error: .missing. undeclared/,
      ),
      placedAt: ["source"],
    });
    expect(lines.some(line => /make.*kernel\/bounds\.s\] Error 1/.test(line))).toBe(true);
  });

  it("is refused when the folder holds something else, or somebody's build", async () => {
    await mkdir(join(bench.folder, "empty"));
    await expect(bench.run(kernel, { source: "empty" })).rejects.toMatchObject({ code: "source-unknown" });
    await changed("used", ".config", "");
    await expect(bench.run(kernel, { source: "used" })).rejects.toMatchObject({
      code: "source-not-clean",
      placedAt: ["source"],
    });
    await write("text.tar.xz", "no archive\n");
    await expect(bench.run(kernel, { source: "text.tar.xz" })).rejects.toMatchObject({
      code: "source-damaged",
      placedAt: ["source"],
    });
  });

  it("is refused when it was planned with another compiler", async () => {
    const resolved = { source: { version: null }, compiler: { name: "gcc", version: "1.0", linker: "1.0" } };
    await expect(
      bench.run(kernel, { source: configuring }, { resolved: () => resolved }),
    ).rejects.toMatchObject({
      code: "compiler-changed",
      message: expect.stringMatching(/: gcc 1\.0 was expected, and .* is here\.$/),
      placedAt: ["source"],
    });
  });

  it("names a package that does not exist, at its place", async () => {
    await expect(bench.run(kernel, { source: { package: "linux-source-6.1x" } })).rejects.toMatchObject({
      code: "package-unknown",
      advice: expect.stringContaining("linux-source-6.1"),
      placedAt: ["source", "package"],
    });
  });

  it("stops at once when it is cancelled, and no process of it stays", async () => {
    const stopping = new AbortController();
    let started: number[] = [];
    let at = 0;
    const onLine = (line: string) => {
      if (!/^ {2}CC /.test(line) || stopping.signal.aborted) return;
      started = descendants(process.pid);
      at = performance.now();
      stopping.abort();
    };
    const given = { source: beginning, config: "allnoconfig" };
    await expect(bench.run(kernel, given, { signal: stopping.signal, onLine })).rejects.toThrow("abort");
    expect(performance.now() - at).toBeLessThan(5000);
    expect(started.length).toBeGreaterThan(1);
    expect(started.filter(isRunning)).toEqual([]);
  });
});

/** Processes that were started by a process, or by those that it started. */
function descendants(parent: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const above = /^\d+$/.test(name) ? parentOf(Number(name)) : undefined;
    if (above !== undefined) parents.set(Number(name), above);
  }
  const found: number[] = [];
  for (let queue = [parent]; queue.length > 0; ) {
    queue = [...parents].flatMap(([pid, above]) => (queue.includes(above) ? [pid] : []));
    found.push(...queue);
  }
  return found;
}

function isRunning(pid: number): boolean {
  return parentOf(pid) !== undefined;
}

/** Undefined for a process that has ended. */
function parentOf(pid: number): number | undefined {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return state === "Z" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}
