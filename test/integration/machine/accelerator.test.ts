import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openHost } from "../../../src/core/host/openHost.ts";
import { chooseAccelerator, probeAccelerator } from "../../../src/core/machine/accelerator.ts";
import { bootSector } from "../../../src/core/machine/acceleratorGuest.ts";
import { proveAccelerator } from "../../../src/core/machine/acceleratorProof.ts";
import { hasSandbox } from "../../../src/core/machine/qemuSandbox.ts";
import { place, processesNaming, signal } from "./runtime.ts";

const proofs = () => readdirSync(tmpdir()).filter(name => name.startsWith("whittle-proof-"));

test("the test guest runs under software emulation", async () => {
  const { host } = place();
  expect(await proveAccelerator(host, "x86_64", "tcg", signal)).toBeUndefined();
});

test("KVM is used only when the test guest ran, and that is known within 3 s", async () => {
  const { host } = place();
  const before = proofs();
  const started = performance.now();
  const verdict = await probeAccelerator(host, host.arch, signal);
  expect(performance.now() - started).toBeLessThan(3000);
  const failure = await proveAccelerator(host, host.arch, "kvm", signal);
  expect(verdict.accelerator).toBe(failure ? "tcg" : "kvm");
  expect(verdict.reason).not.toBe("");
  expect(proofs()).toEqual(before);
  expect(processesNaming("whittle-proof-")).toEqual([]);
  if (failure) {
    const forced = chooseAccelerator(host, { accelerator: "kvm", arch: host.arch }, signal);
    await expect(forced).rejects.toMatchObject({ code: "kvm-unusable" });
  }
});

test("KVM is used only when it runs a guest faster than software does", async () => {
  const { host } = place();
  const { accelerator } = await probeAccelerator(host, host.arch, signal);
  if (accelerator === "tcg") return;
  const seconds = async (accel: "kvm" | "tcg"): Promise<number> => {
    const began = performance.now();
    await proveAccelerator(host, host.arch, accel, signal);
    return performance.now() - began;
  };
  expect(await seconds("kvm")).toBeLessThan(1000 + (await seconds("tcg")));
});

test("the test guest counts long enough to tell a processor from an emulator of one", () => {
  const sector = bootSector();
  // mov ecx, imm32
  const at = Buffer.from(sector).indexOf(Buffer.from([0x66, 0xb9]));
  expect(Buffer.from(sector).readUInt32LE(at + 2)).toBeGreaterThan(100_000_000);
});

test("a test guest that stays silent means no after 2 s, and QEMU is killed", async () => {
  const { folder, host } = place();
  const hanging = join(folder, "hanging-qemu");
  writeFileSync(hanging, "#!/bin/sh\nexec sleep 54321\n", { mode: 0o755 });
  const { env } = host;
  const other = openHost({ env, toolOverrides: { "qemu-system-x86_64": hanging } });
  const started = performance.now();
  expect(await proveAccelerator(other, "x86_64", "kvm", signal)).toEqual({ kind: "silent" });
  expect(performance.now() - started).toBeGreaterThan(1900);
  expect(performance.now() - started).toBeLessThan(3000);
  expect(processesNaming("54321")).toEqual([]);
});

test("a verdict is kept until something it depends on changes", async () => {
  const { host } = place();
  const first = await probeAccelerator(host, host.arch, signal);
  const started = performance.now();
  expect(await probeAccelerator(host, host.arch, signal)).toEqual(first);
  expect(performance.now() - started).toBeLessThan(1000);
  const [name] = foundIn(join(host.cacheDir, "machine")).filter(each => each.startsWith("kvm"));
  if (name === undefined) return expect(first.reason).toContain("/dev/kvm");
  const path = join(host.cacheDir, "machine", name);
  const kept = JSON.parse(readFileSync(path, "utf8")) as { key: string; value: string };
  writeFileSync(path, JSON.stringify({ ...kept, value: "a remembered reason" }));
  expect((await probeAccelerator(host, host.arch, signal)).reason).toBe("a remembered reason");
  writeFileSync(
    path,
    JSON.stringify({ ...kept, key: `another boot ${kept.key}`, value: "a remembered reason" }),
  );
  expect(await probeAccelerator(host, host.arch, signal)).toEqual(first);
});

test("guests of another architecture run in software", async () => {
  const { host } = place();
  const other = host.arch === "x86_64" ? "aarch64" : "x86_64";
  expect(await probeAccelerator(host, other, signal)).toMatchObject({ accelerator: "tcg" });
});

test("an aborted probe leaves no QEMU", async () => {
  const { host } = place();
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 100);
  const probe = proveAccelerator(host, host.arch, "kvm", abort.signal);
  await probe.catch((error: unknown) => expect(error).toMatchObject({ name: "AbortError" }));
  expect(processesNaming("whittle-proof-")).toEqual([]);
});

test("QEMU's sandbox is found out by asking QEMU", async () => {
  const { host } = place();
  expect(await hasSandbox(host, host.tools.require("qemu-system-x86_64"))).toBe(true);
  expect(await hasSandbox(host, host.tools.require("gzip"))).toBe(false);
});

// Where /dev/kvm may not even be opened, nothing had to be tried, and so nothing is kept.
function foundIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
