import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inspectEfi } from "../../../src/core/analysis/inspect/inspectEfi.ts";
import { resolvePackage } from "../../../src/core/debian/resolvePackage.ts";
import { findFirmware } from "../../../src/core/machine/firmware/findFirmware.ts";
import { peImage } from "../../../src/core/machine/peSections.ts";
import { uki } from "../../../src/core/outputs/uki.ts";
import type { Json } from "../../../src/core/stages/stage.ts";
import { runMachine } from "./bootOnce.ts";
import { addKernel, busyboxBytes, type CloudKernel, removeKernel, unpackCloudKernel } from "./cloudKernel.ts";
import { type Add, type Bench, failureOf, openBench, owned, signal } from "./outputBench.ts";

const run = promisify(execFile);
let bench: Bench;
let kernel: CloudKernel;
let busybox: Buffer;
let stub: Json;
beforeAll(async () => {
  bench = await openBench();
  const { host } = bench.context(await bench.tree());
  kernel = await unpackCloudKernel(host, join(bench.folder, "kernel"));
  busybox = await busyboxBytes(host);
  const { depends: _, ...found } = await resolvePackage(host, {
    ...{ package: "systemd-boot-efi", arch: "x86_64", signal },
  });
  stub = found;
});
afterAll(async () => {
  await removeKernel(kernel);
  await bench.close();
});

const file = (path: string, mode = 0o644) => ({ type: "file", path, mode, ...owned }) as const;

const init = `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox echo "says: $(/bin/busybox cat /etc/greeting) $(/bin/busybox cat /proc/cmdline)"
/bin/busybox poweroff -f
`;

async function system(add: Add): Promise<void> {
  await add(file("bin/busybox", 0o755), { bytes: busybox });
  await add(file("sbin/init", 0o755), { bytes: Buffer.from(init) });
  await add(file("etc/greeting"), { bytes: Buffer.from("hello") });
  await add(file("usr/lib/os-release"), { bytes: Buffer.from('NAME="Test"\nID=test\n') });
  await add({
    type: "symlink",
    path: "etc/os-release",
    mode: 0o777,
    target: "../usr/lib/os-release",
    ...owned,
  });
  await add({ type: "directory", path: "proc", mode: 0o755, ...owned });
}

const withKernel = (add: Add) => addKernel(add, kernel, /^$/);

async function make(parameters: object, ...layers: ((add: Add) => Promise<void>)[]) {
  const context = bench.context(await bench.tree(...layers));
  const [image] = await uki.apply(parameters, context, stub);
  if (!image) throw new Error("There is no image.");
  return { image, context };
}

it("boots to its system from nothing but the file, started by UEFI", async () => {
  const { image, context } = await make(
    { cmdline: "console=ttyS0 quiet panic=-1 greet" },
    withKernel,
    system,
  );
  expect(image.fileName).toMatch(/\.efi$/);
  const { code, variables } = await findFirmware(context.host, "x86_64");
  const esp = join(await context.scratch(), "esp.img");
  await run("truncate", ["-s", "64M", esp]);
  await run("mformat", ["-i", esp, "-F", "::"]);
  await run("mmd", ["-i", esp, "::EFI", "::EFI/BOOT"]);
  await run("mcopy", ["-i", esp, image.path, "::EFI/BOOT/BOOTX64.EFI"]);
  const said = await runMachine(context.host, [
    ...["-machine", "q35", "-m", "512"],
    ...["-drive", `if=pflash,unit=0,format=raw,readonly=on,file=${code}`],
    ...["-drive", `if=pflash,unit=1,format=raw,snapshot=on,file=${variables}`],
    ...["-drive", `file=${esp},format=raw,if=virtio,snapshot=on`],
  ]);
  expect(said).toContain("says: hello console=ttyS0 quiet panic=-1 greet rdinit=/sbin/init");
});

it("has the sections that boot loaders look for, in order, with the tree's os-release", async () => {
  const { image } = await make({}, withKernel, system);
  const bytes = await readFile(image.path);
  const { sections } = peImage(bytes);
  const own = sections.filter(({ name }) =>
    [".osrel", ".cmdline", ".uname", ".linux", ".initrd"].includes(name),
  );
  expect(own.map(({ name }) => name)).toEqual([".osrel", ".cmdline", ".uname", ".linux", ".initrd"]);
  const text = (name: string): string => {
    const { offset = 0, size = 0 } = own.find(each => each.name === name) ?? {};
    return bytes.toString("utf8", offset, offset + size);
  };
  expect(text(".osrel")).toBe('NAME="Test"\nID=test\n');
  expect(text(".uname")).toBe(kernel.release);
  expect(text(".cmdline")).toBe("console=tty0 console=ttyS0 rdinit=/sbin/init\0");
  for (const [index, { address, memory }] of own.entries()) {
    expect(address % 4096).toBe(0);
    const next = own[index + 1];
    if (next) expect(next.address).toBeGreaterThanOrEqual(address + memory);
  }
  const { stdout } = await run("objdump", ["-h", image.path]);
  expect(stdout).toContain(".initrd");
});

it("is taken apart again by the inspector", async () => {
  const { image } = await make({ cmdline: "quiet" }, withKernel, system);
  const report = await inspectEfi(image.path, signal);
  const found = new Map(report.sections.map(each => [each.name, each]));
  const { length: bytes } = await readFile(image.path);
  expect(report).toMatchObject({ kind: "uki", processor: "x64", signed: false, signers: [], bytes });
  expect(found.get(".cmdline")?.text).toBe("quiet rdinit=/sbin/init");
  expect(found.get(".osrel")?.text).toBe('NAME="Test"\nID=test');
  const linux = await readFile(join(kernel.folder, `boot/vmlinuz-${kernel.release}`));
  expect(found.get(".linux")).toMatchObject({
    size: linux.length,
    sha256: createHash("sha256").update(linux).digest("hex"),
  });
  const plain = await inspectEfi(join(kernel.folder, `boot/vmlinuz-${kernel.release}`), signal);
  expect(plain.kind).toBe("efi");
});

it("is the same bytes every time", async () => {
  const first = await make({}, withKernel, system);
  // objcopy by itself writes down the second.
  await sleep(1100);
  const second = await make({}, withKernel, system);
  expect((await readFile(first.image.path)).equals(await readFile(second.image.path))).toBe(true);
});

it("is signed with the person's key, and the signature holds", async () => {
  const { baseDir } = bench.context(await bench.tree());
  const at = (name: string): string => join(baseDir, name);
  await run("openssl", [
    ...["req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj", "/CN=test"],
    ...["-keyout", at("db.key"), "-out", at("db.crt")],
  ]);
  const sign = { key: "db.key", certificate: "db.crt" };
  const { image } = await make({ sign }, withKernel, system);
  const { stdout, stderr } = await run("sbverify", ["--cert", at("db.crt"), image.path]);
  expect(stdout + stderr).toContain("Signature verification OK");
  const signer = { subject: "CN=test", issuer: "CN=test" };
  expect(await inspectEfi(image.path, signal)).toMatchObject({ signed: true, signers: [signer] });
  await writeFile(at("db.crt"), "no certificate");
  expect(await failureOf(make({ sign }, withKernel, system))).toMatchObject({ code: "signing-failed" });
});

it("says what is missing: a kernel at all, or one that UEFI can start", async () => {
  expect(await failureOf(make({}, system))).toMatchObject({ code: "no-kernel" });
  const bios = Buffer.alloc(4096);
  bios.writeUInt16LE(0xaa55, 0x1fe);
  bios.write("HdrS", 0x202, "latin1");
  const old = (add: Add) => add(file("boot/vmlinuz-1.0"), { bytes: bios });
  expect(await failureOf(make({}, old, system))).toMatchObject({ code: "kernel-without-efi" });
});
