import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DoctorReport, doctor } from "../../../src/core/host/doctor.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { installCommand, installMissing, missingPackages } from "../../../src/core/host/install.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { type ToolName, toolFacts } from "../../../src/core/host/toolFacts.ts";

const run = promisify(execFile);
const signal = new AbortController().signal;
const probe = () => Promise.resolve({ accelerator: "kvm", reason: "A test guest ran." });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "whittle-doctor-"));
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const openHere = () => openHost({ env: { ...process.env, WHITTLE_CACHE: join(folder, "cache") } });

/** This machine, as if these tools were not installed. */
function lacking(...names: ToolName[]): Host {
  const host = openHere();
  const find = (name: ToolName) => (names.includes(name) ? undefined : host.tools.find(name));
  const require = (name: ToolName) => {
    if (names.includes(name))
      return openHost({ env: {}, toolOverrides: { [name]: "/none" } }).tools.require(name);
    return host.tools.require(name);
  };
  return { ...host, tools: { find, require } };
}

const named = (report: DoctorReport, id: string) => report.checks.find(each => each.id === id);

describe("doctor", () => {
  it("tells of every tool where it is, its version and what it is for", async () => {
    const report = await doctor(openHere(), { signal, probe });
    const tools = report.checks.flatMap(each => each.tool ?? []);
    expect(tools.map(each => each.name)).toEqual(Object.keys(toolFacts));
    for (const tool of tools.filter(each => toolFacts[each.name as ToolName].basic)) {
      expect(tool.path, tool.name).toMatch(/^\//);
      expect(tool.version, tool.name).toMatch(/^\d/);
      expect(tool.purpose).toMatch(/^to /);
    }
  });

  it("tells of the accelerator, the cache, packages, namespaces and the system", async () => {
    const report = await doctor(openHere(), { signal, probe });
    expect(named(report, "accelerator")).toMatchObject({ ok: true, text: expect.stringContaining("(kvm)") });
    expect(named(report, "cache")?.text).toContain(join(folder, "cache"));
    expect(named(report, "packages")?.text).toContain("/etc/apt");
    expect(named(report, "namespaces")).toBeDefined();
    expect(named(report, "system")?.text).toContain(process.versions.node);
  });

  it("gives the cure for a missing tool, and no alarm for one that few recipes need", async () => {
    const report = await doctor(lacking("mke2fs", "qemu-system-aarch64"), { signal, probe });
    expect(named(report, "tool:mke2fs")).toMatchObject({
      ok: false,
      state: "missing",
      cure: expect.stringContaining("apt-get install e2fsprogs"),
    });
    expect(named(report, "tool:qemu-system-aarch64")).toMatchObject({ ok: true, state: "note" });
  });

  it("finds a tool that is there and does not run", async () => {
    const broken = join(folder, "zstd");
    await writeFile(broken, "#!/bin/sh\necho libz.so: cannot open >&2\nexit 127\n", { mode: 0o755 });
    const host = openHost({ env: process.env, toolOverrides: { zstd: broken } });
    expect(named(await doctor(host, { signal, probe }), "tool:zstd")).toMatchObject({
      state: "missing",
      text: expect.stringContaining("cannot open"),
      cure: expect.stringContaining("--reinstall zstd"),
    });
  });

  it("says so when machines run in software, or not at all", async () => {
    const slow = () => Promise.resolve({ accelerator: "tcg", reason: "/dev/kvm is missing." });
    const never = () => Promise.reject(new Error("QEMU does not start"));
    const host = openHere();
    expect(named(await doctor(host, { signal, probe: slow }), "accelerator")).toMatchObject({
      state: "note",
      text: expect.stringContaining("/dev/kvm is missing."),
    });
    expect(named(await doctor(host, { signal, probe: never }), "accelerator")).toMatchObject({
      state: "missing",
      text: expect.stringContaining("QEMU does not start"),
    });
  });

  it("notes that there is no apt on another system", async () => {
    const report = await doctor(lacking("apt-get"), { signal, probe });
    expect(named(report, "packages")).toMatchObject({
      state: "note",
      cure: expect.stringContaining("`file:`"),
    });
  });

  it("ends when told to", async () => {
    const stop = AbortSignal.abort();
    await expect(doctor(openHere(), { signal: stop, probe })).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("installMissing", () => {
  it("does nothing when nothing is missing", async () => {
    expect(await installMissing(openHere(), { signal })).toEqual([]);
  });

  it("names each package once, and none that only few recipes need", () => {
    const host = lacking("mke2fs", "debugfs", "zstd", "qemu-system-aarch64", "sudo");
    expect(missingPackages(host)).toEqual(["e2fsprogs", "zstd"]);
    expect(installCommand(["zstd"])).toMatch(/^(?:sudo )?apt-get install -y --no-install-recommends zstd$/);
  });

  it("says what is missing where there is no apt", async () => {
    await expect(installMissing(lacking("apt-get", "zstd"), { signal })).rejects.toMatchObject({
      code: "install-impossible",
      message: "These tools are missing: zstd, apt-get.",
    });
  });

  it("gives an ordinary user without sudo the command to run, and a cache of somebody else its cure", async () => {
    const drop = ["--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--"];
    const script = join(import.meta.dirname, "installAs.ts");
    const command = [process.execPath, script, "/usr/bin:/bin", "/var/lib/nobody-may-write", "zstd"];
    const { stdout } = await run("setpriv", [
      ...(process.getuid?.() === 0 ? drop : ["--no-new-privs"]),
      ...command,
    ]);
    const said = JSON.parse(stdout);
    expect(said.install).toEqual({
      code: "install-needs-root",
      message: "These packages are missing: zstd.",
      advice: "Installing needs root. Run: sudo apt-get install -y --no-install-recommends zstd",
    });
    expect(said.cache).toMatchObject({ state: "missing", cure: expect.stringContaining("WHITTLE_CACHE") });
  });
});
