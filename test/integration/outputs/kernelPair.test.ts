import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { planBuild } from "../../../src/core/build/planBuild.ts";
import { runBuild } from "../../../src/core/build/runBuild.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { loadRecipe } from "../../../src/core/recipe/load.ts";
import { runMachine } from "./bootOnce.ts";
import { sharedCache } from "./outputBench.ts";

const run = promisify(execFile);
const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), "whittle-pair-"));
const out = join(folder, "out");
const host = openHost({ cacheDir: sharedCache });

// Its program is none that a kernel looks for in an initramfs: only the words of the command line lead to it.
const recipeText = `name: pair
version: "1.0"
stages:
  - kernel: { package: linux-image-cloud-amd64 }
  - remove: ["/lib/modules/*/kernel/{arch,crypto,net,sound,lib,security}/**"]
  - busybox: { applets: [sh, mount, cat, poweroff] }
  - files:
      - { path: /proc, directory: true }
      - path: /sbin/init
        mode: "0755"
        content: |
          #!/bin/sh
          mount -t proc proc /proc
          echo "pair is up with: $(cat /proc/cmdline)"
          poweroff -f
outputs:
  - initramfs: {}
  - disk: { size: 96M }
boot:
  cmdline: quiet panic=-1 no_timer_check console=ttyS0 given=by-recipe
`;

beforeAll(async () => {
  const file = join(folder, "pair.whittle.yaml");
  writeFileSync(file, recipeText);
  const { recipe, diagnostics } = await loadRecipe({ file });
  if (!recipe) throw new Error(JSON.stringify(diagnostics));
  const plan = await planBuild(recipe, host, signal);
  await runBuild(plan, host, { signal, outDir: out });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string) => join(out, name);
const words = (name: string) => readFileSync(path(name), "utf8").trimEnd();

it("lies complete in one folder, each file with its checksum", async () => {
  const names = readdirSync(out).filter(name => !name.startsWith(".") && name !== "manifest.json");
  const files = names.filter(name => !name.endsWith(".sha256")).sort();
  expect(files).toEqual([
    "pair-1.0.cpio.zst",
    "pair-1.0.cpio.zst.cmdline",
    "pair-1.0.initrd",
    "pair-1.0.raw",
    "pair-1.0.raw.cmdline",
    "vmlinuz",
  ]);
  await run("sha256sum", ["--strict", "-c", ...files.map(name => `${name}.sha256`)], { cwd: out });
});

it("boots in QEMU from kernel, initramfs and the text of the command line alone", async () => {
  const cmdline = words("pair-1.0.cpio.zst.cmdline");
  expect(cmdline).toBe("rdinit=/sbin/init quiet panic=-1 no_timer_check console=ttyS0 given=by-recipe");
  const boot = [
    "-m",
    "256",
    "-kernel",
    path("vmlinuz"),
    "-initrd",
    path("pair-1.0.cpio.zst"),
    "-append",
    cmdline,
  ];
  expect(await runMachine(host, boot)).toContain(`pair is up with: ${cmdline}`);
});

it("boots a disk without a boot loader the same way", async () => {
  const cmdline = words("pair-1.0.raw.cmdline");
  const boot = [
    "-m",
    "256",
    "-kernel",
    path("vmlinuz"),
    "-initrd",
    path("pair-1.0.initrd"),
    "-append",
    cmdline,
  ];
  const drive = ["-drive", `file=${path("pair-1.0.raw")},format=raw,if=virtio`];
  expect(await runMachine(host, [...boot, ...drive])).toContain(`pair is up with: ${cmdline}`);
});
