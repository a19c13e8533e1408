import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BuildReport } from "../../../src/shared/report.ts";
import { type By, expectedContent, type MatrixBench, openMatrix } from "./bench.ts";
import { checkers } from "./checkers.ts";
import { tool } from "./tool.ts";

// Every kind of output, booted from nothing but its file by each firmware that can start it. The full product has some
// 200 cells. These are chosen so that each format, compression, loader, partition table, file system and medium meets
// each firmware that there is for it. Left out: loader × format (a firmware sees the same sectors whatever the format
// is), file system × firmware (the kernel is started by then), and every format with each table.
interface Cell {
  readonly output: string;
  /** How the root is mounted, as /proc/mounts has it. */
  readonly root: RegExp;
  /** Firmware that the file is started by, and the words for it where it is not the one taken by itself. */
  readonly by: readonly (readonly [By, ...(readonly string[])])[];
}

const uefi = ["UEFI", "--firmware", "uefi"] as const;
const partition = (type: string): RegExp => new RegExp(`/dev/vda\\d / ${type} rw`);
const memory = /rootfs \/ rootfs rw/;
const overlay = /overlay \/ overlay rw/;

const cells: readonly Cell[] = [
  { output: "raw-bios", root: partition("ext4"), by: [["BIOS"]] },
  { output: "raw-both", root: partition("ext4"), by: [["BIOS"], uefi] },
  { output: "zlib-bios", root: partition("ext4"), by: [["BIOS"]] },
  { output: "zlib-uefi", root: partition("ext4"), by: [["UEFI"]] },
  { output: "zstd-both", root: partition("ext4"), by: [["BIOS"], uefi] },
  { output: "vmdk-both", root: partition("ext4"), by: [["BIOS"], uefi] },
  { output: "stream-both", root: partition("ext[34]"), by: [["BIOS"], uefi] },
  { output: "vdi-bios", root: partition("ext[24]"), by: [["BIOS"]] },
  { output: "vdi-uefi", root: partition("ext4"), by: [["UEFI"]] },
  { output: "vhdx-both", root: partition("ext4"), by: [["BIOS"], uefi] },
  { output: "cd-bios", root: memory, by: [["BIOS"], ["BIOS", "--as", "usb"]] },
  { output: "cd-uefi", root: memory, by: [["UEFI"], ["UEFI", "--as", "usb"]] },
  {
    output: "cd-both",
    root: memory,
    by: [["BIOS"], uefi, ["BIOS", "--as", "usb"], [...uefi, "--as", "usb"]],
  },
  {
    output: "cd-live",
    root: overlay,
    by: [
      ["BIOS", "--as", "disk"],
      [...uefi, "--as", "disk"],
    ],
  },
  { output: "cd-own", root: memory, by: [["BIOS", "--memory", "192M"], uefi] },
  { output: "program", root: memory, by: [["UEFI"]] },
  { output: "signed", root: memory, by: [["UEFI"]] },
];

/** What is booted with the kernel beside it, which the recipe knows. */
const beside: readonly Cell[] = [
  { output: "pair", root: memory, by: [["BIOS"], uefi] },
  { output: "beside", root: /\/dev\/vda \/ ext4 rw/, by: [["BIOS"], uefi] },
  { output: "squashfs", root: overlay, by: [["BIOS"], uefi] },
  { output: "erofs", root: overlay, by: [["BIOS"], uefi] },
];

const long = 900_000;
let bench: MatrixBench;
let built: BuildReport["outputs"];
let content: string;
beforeAll(async () => {
  bench = await openMatrix();
  built = await bench.build("matrix.whittle.yaml");
  content = await expectedContent(fileOf("tree"));
}, long);
afterAll(() => bench.remove());

function reportOf(output: string) {
  const report = built.find(
    ({ name, kind }) => name === output && !["packed", "kernel", "initrd", "cmdline"].includes(kind),
  );
  if (!report) throw new Error(`There is no output ${output}.`);
  return report;
}

function fileOf(output: string): string {
  return reportOf(output).path;
}

function expectReady({ code, stderr }: { code: number | null; stderr: string }, by: By, root: RegExp): void {
  const said = stderr.replaceAll("\r", "");
  expect(code, said).toBe(0);
  expect(said).toContain(`matrix: by ${by}`);
  expect(said).toMatch(new RegExp(`matrix: root ${root.source}`));
  expect(said).toContain(`matrix: content ${content}`);
  expect(said).toContain("matrix: wrote");
}

const each = (all: readonly Cell[]) =>
  all.flatMap(({ output, root, by }) => by.map(([name, ...args]) => [output, name, args, root] as const));

describe.concurrent("from nothing but its file", { timeout: long }, () => {
  it.each(each(cells))("%s boots by %s %j", async (output, by, args, root) => {
    expectReady(await bench.bootAlone(fileOf(output), by, args), by, root);
  });

  it("a live CD and stick boot with a kernel that reaches the drives", async () => {
    const [image] = await bench.build("live.whittle.yaml");
    if (!image) throw new Error("There is no ISO.");
    await checkers["iso"]?.(image.path);
    await Promise.all([
      bench
        .bootAlone(image.path, "BIOS", ["--memory", "256M"])
        .then(ran => expectReady(ran, "BIOS", overlay)),
      bench
        .bootAlone(image.path, "UEFI", ["--firmware", "uefi", "--as", "usb"])
        .then(ran => expectReady(ran, "UEFI", overlay)),
    ]);
  });
});

describe.concurrent("with the kernel that lies beside it", { timeout: long }, () => {
  it.each(each(beside))("%s boots by %s %j", async (output, by, args, root) => {
    const recipe = join(bench.recipes, "matrix.whittle.yaml");
    const ran = await bench.boot([recipe, "--out", bench.out, "--output", output, ...args], by);
    expectReady(ran, by, root);
  });
});

describe.concurrent("the tools for its kind are content with", { timeout: long }, () => {
  it.each([...cells, ...beside].map(({ output }) => output))("%s", async output => {
    const path = fileOf(output);
    const check = checkers[path.split(".").at(-1) ?? ""];
    if (!check) throw new Error(`There is no checker for ${path}.`);
    await check(path);
  });

  it("the CDs' entries for each firmware", async () => {
    for (const [output, firmware] of [
      ["cd-bios", ["BIOS"]],
      ["cd-uefi", ["UEFI"]],
      ["cd-both", ["BIOS", "UEFI"]],
      ["cd-live", ["BIOS", "UEFI"]],
      ["cd-own", ["BIOS", "UEFI"]],
    ] as const) {
      const said = await tool("xorriso", "-no_rc", "-indev", fileOf(output), "-report_el_torito", "plain");
      const entries = [...said.matchAll(/El Torito boot img : +\d+ +(\w+) +y/g)].map(([, name]) => name);
      expect(entries).toEqual(firmware);
    }
  });

  it("the signature of a signed program", async () => {
    const certificate = join(bench.recipes, "made", "certificate.pem");
    expect(await tool("sbverify", "--cert", certificate, fileOf("signed"))).toContain(
      "Signature verification OK",
    );
    await expect(tool("sbverify", "--cert", certificate, fileOf("program"))).rejects.toThrow();
  });
});

describe.concurrent("what no machine starts as it is", { timeout: long }, () => {
  it.each([
    ["raw-both", "zst", "zstd -dc", "a zstd file", "zstd -d"],
    ["cd-bios", "gz", "gzip -dc", "a gzip file", "gzip -dk"],
    ["cd-live", "xz", "xz -dc", "an xz file", "xz -dk"],
  ])(
    "%s packed as %s is refused with the way to unpack it, which gives the image",
    async (output, ...rest) => {
      const [ending, unpack, what, advice] = rest;
      const packed = `${fileOf(output)}.${ending}`;
      const { code, stderr } = await bench.cli.run(["boot", packed, "--until", "x"]);
      expect(code).not.toBe(0);
      expect(stderr).toContain(`is ${what}, which no machine can start`);
      expect(stderr).toContain(advice);
      const sum = await tool("sh", "-c", `${unpack} "$0" | sha256sum | cut -c 1-64`, packed);
      expect(sum.trim()).toBe(reportOf(output).sha256);
    },
  );

  it("a tar, an initramfs and plain file systems are refused with what to do", async () => {
    for (const [output, message, advice] of [
      ["tree", "is a tar archive", "`archive` stage"],
      ["pair", "is a zstd file", "whittle boot KERNEL --initrd"],
      ["squashfs", "is a plain file system (squashfs) without a boot loader", "boot the recipe"],
      ["erofs", "is a plain file system (erofs) without a boot loader", "boot the recipe"],
      ["beside", "is a plain file system (ext2, ext3 or ext4) without a boot loader", "boot the recipe"],
    ] as const) {
      const { code, stderr } = await bench.cli.run(["boot", fileOf(output), "--until", "x"]);
      expect(code).not.toBe(0);
      expect(stderr).toContain(message);
      expect(stderr).toContain(advice);
    }
  });
});
