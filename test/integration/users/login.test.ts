import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initramfs } from "../../../src/core/outputs/initramfs.ts";
import { autologin } from "../../../src/core/stages/autologin.ts";
import { hostname } from "../../../src/core/stages/hostname.ts";
import { users } from "../../../src/core/stages/users.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { runSettings } from "../../unit/settings/settingsRun.ts";
import { layerOf } from "../../unit/tree/layers.ts";
import {
  addKernel,
  busyboxBytes,
  type CloudKernel,
  removeKernel,
  unpackCloudKernel,
} from "../outputs/cloudKernel.ts";
import { type Bench, makeOutput, openBench, owned } from "../outputs/outputBench.ts";

let bench: Bench;
let kernel: CloudKernel;
let busybox: Buffer;
beforeAll(async () => {
  bench = await openBench();
  const { host } = bench.context(await bench.tree());
  kernel = await unpackCloudKernel(host, join(bench.folder, "kernel"));
  busybox = await busyboxBytes(host);
});
afterAll(async () => {
  await removeKernel(kernel);
  await bench.close();
});

const applets = [
  "sh",
  "mount",
  "getty",
  "login",
  "id",
  "tty",
  "hostname",
  "echo",
  "sleep",
  "cat",
  "stat",
  "ls",
];
const inittab = `::sysinit:/bin/mount -t devtmpfs dev /dev
::sysinit:/bin/hostname -F /etc/hostname
ttyS0::respawn:/bin/getty -L ttyS0 115200 vt100
`;
const profile = 'echo "hello $(id -un) of $(id -Gn) on $(tty) at $(hostname) in $(pwd)"\n';

async function system(): Promise<Layer> {
  return layerOf(async layer => {
    const put = (path: string, content: string | Buffer, mode = 0o644) =>
      layer.add({ type: "file", path, mode, ...owned }, { bytes: Buffer.from(content) });
    await put("bin/busybox", busybox, 0o755);
    for (const applet of applets) {
      await layer.add({ type: "symlink", path: `bin/${applet}`, mode: 0o777, target: "busybox", ...owned });
    }
    await layer.add({ type: "symlink", path: "sbin/init", mode: 0o777, target: "../bin/busybox", ...owned });
    for (const path of ["dev", "etc"]) await layer.add({ type: "directory", path, mode: 0o755, ...owned });
    await put("etc/inittab", inittab);
    await put("etc/profile", profile);
    await addKernel((...entry) => layer.add(...entry), kernel, /nothing/);
  }, bench.folder);
}

describe("a machine with users", () => {
  it("lets in who knows the password, keeps a locked root out, and logs one in by itself", async () => {
    const layers = [await system()];
    for (const [kind, parameters] of [
      [users, { root: "locked", demo: { password: "correct horse", groups: ["audio:29"] } }],
      [autologin, { user: "demo", tty: ["ttyS1"] }],
      [hostname, "tiny"],
    ] as const) {
      layers.push((await runSettings(kind, parameters, layers)).layer);
    }
    const { stackLayers } = await import("../../../src/core/tree/stack.ts");
    const context = bench.context(stackLayers(layers));
    const { files } = await makeOutput(initramfs, {}, context);
    const media = initramfs.boot?.({}, files);
    if (!media?.kernel || !media.initrd) throw new Error("It cannot be booted.");

    const second = join(bench.folder, "ttyS1");
    const child = spawn(
      context.host.tools.require("qemu-system-x86_64"),
      [
        ...["-accel", "tcg", "-m", "256", "-nodefaults", "-nographic", "-no-reboot", "-serial", "stdio"],
        ...["-serial", `file:${second}`, "-kernel", media.kernel, "-initrd", media.initrd],
        ...["-append", [...media.cmdline, "console=ttyS0 quiet panic=-1"].join(" ")],
      ],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    let said = "";
    let seen = 0;
    let wake = () => {};
    const heard = async (what: RegExp): Promise<void> => {
      for (;;) {
        const match = what.exec(said.slice(seen));
        if (match) {
          seen += match.index + match[0].length;
          return;
        }
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`The machine ended before it said ${what}:\n${said}`);
        }
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      wake();
    });
    child.once("close", () => wake());
    const end = setTimeout(() => child.kill("SIGKILL"), 120_000);
    const type = (text: string) => child.stdin.write(`${text}\n`);
    try {
      await heard(/tiny login: /);
      type("root");
      await heard(/Password: /);
      type("correct horse");
      await heard(/Login incorrect[\s\S]*login: /);
      type("demo");
      await heard(/Password: /);
      type("wrong");
      await heard(/Login incorrect[\s\S]*login: /);
      type("demo");
      await heard(/Password: /);
      type("correct horse");
      await heard(/hello demo of demo audio on \/dev\/ttyS0 at tiny in \/home\/demo/);
      type("cat /etc/shadow; stat -c '%U %a' /home/demo /etc/shadow; echo do''ne");
      await heard(/shadow': Permission denied[\s\S]*demo 700\s+root 600\s+done/);
      while (!/hello demo/.test(await readFile(second, "utf8"))) {
        type("sleep 1; echo a''gain");
        await heard(/again/);
      }
      expect(await readFile(second, "utf8")).toContain("hello demo of demo audio on /dev/ttyS1 at tiny");
    } finally {
      clearTimeout(end);
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "close");
    }
  });
});
