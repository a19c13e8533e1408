import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bootMediaOf } from "../../../src/core/build/bootMedia.ts";
import { removeFolder } from "../../../src/core/build/removeFolder.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import type { BootMedia } from "../../../src/core/outputs/output.ts";
import { loadRecipe } from "../../../src/core/recipe/load.ts";
import type { BuildReport } from "../../../src/shared/report.ts";
import { bundleCommandLine } from "../cli/bundle.ts";

const run = promisify(execFile);
// `whittle`, as `openssl passwd -6 -salt whittleexample` makes it.
const password =
  "hashed:$6$whittleexample$CEiemldJBNRxfwoIZhRMagK6PIAUOS9MAry34L6eZdbRBExvYYu2xNiVBkat32UOOGRXDzx9cP3Dy4hrIOgfT0";
const baseRecipe = `name: base
stages:
  - debian:
      suite: bookworm
      packages: [systemd-sysv, udev, dbus, kmod]
  - kernel: { package: linux-image-cloud-amd64 }
  - users: { root: { password: "${password}" } }
  - hostname: base
outputs:
  - disk: { format: qcow2 }
`;

let folder: string;
let bundle: Awaited<ReturnType<typeof bundleCommandLine>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "whittle-debian-boots-"));
  bundle = await bundleCommandLine();
});
afterAll(async () => {
  await bundle.remove();
  await removeFolder(folder);
});

/** Builds and returns what to boot. @param path the recipe's file. */
async function build(path: string): Promise<BootMedia> {
  const env = { ...process.env, WHITTLE_CACHE: join(folder, "cache") };
  const args = [bundle.cli, "build", path, "--json"];
  const { stdout } = await run(process.execPath, args, { env, maxBuffer: 256 * 1024 * 1024 });
  const report = JSON.parse(stdout.trim().split("\n").at(-1) ?? "null") as BuildReport;
  const { recipe } = await loadRecipe({ file: path });
  if (!recipe) throw new Error("The recipe is not valid.");
  return bootMediaOf(recipe, report);
}

type Answer = readonly [until: RegExp, say: string];

/** Boots under software emulation, answers what the console asks, one after another; all that was said. */
async function talk(media: BootMedia, answers: readonly Answer[]): Promise<string> {
  const args = ["-accel", "tcg", "-cpu", "max", "-m", "512", "-nodefaults", "-nographic", "-serial", "stdio"];
  args.push(
    "-no-reboot",
    "-kernel",
    media.kernel ?? "",
    "-append",
    [...media.cmdline, "console=ttyS0 quiet"].join(" "),
  );
  if (media.initrd !== undefined) args.push("-initrd", media.initrd);
  for (const { path, format } of media.drives) args.push("-drive", `file=${path},format=${format},if=virtio`);
  const child = spawn(openHost().tools.require("qemu-system-x86_64"), args, {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const end = setTimeout(() => child.kill("SIGKILL"), 400_000);
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
  return stripVTControlCharacters(said).replaceAll("\r", "");
}

it("boots Debian minbase with systemd and the cloud kernel from a disk to a login, with no unit failed", async () => {
  const path = join(folder, "base", "base.whittle.yaml");
  await mkdir(join(folder, "base"));
  await writeFile(path, baseRecipe);
  const said = await talk(await build(path), [
    [/base login:/, "root"],
    [/Password:/, "whittle"],
    [/root@base:~#/, "systemctl is-system-running --wait; systemctl --failed --no-legend; id; echo d''one"],
    [/done/, "poweroff"],
  ]);
  expect(said).toMatch(/\nrunning\n/);
  expect(said).toContain("uid=0(root) gid=0(root)");
}, 900_000);

it("boots examples/debian-minimal to its login", async () => {
  const path = join(folder, "debian-minimal");
  await cp("examples/debian-minimal", path, { recursive: true });
  const said = await talk(await build(join(path, "debian-minimal.whittle.yaml")), [
    [/debian-minimal login:/, "root"],
    [/Password:/, "whittle"],
    [/root@debian-minimal:~#/, "dpkg --version | head -1; systemctl is-active console-getty; poweroff -f"],
  ]);
  expect(said).toContain("package management program");
  expect(said).toMatch(/\nactive\n/);
}, 900_000);
