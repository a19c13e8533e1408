import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Host } from "../../../src/core/host/host.ts";
import type { BootMedia } from "../../../src/core/outputs/output.ts";

/** Boots under software emulation until the machine ends by itself; what the console said. */
export async function bootOnce(host: Host, media: BootMedia, words = ""): Promise<string> {
  const args = ["-m", "256", "-kernel", media.kernel ?? ""];
  args.push("-append", [...media.cmdline, "console=ttyS0 quiet panic=-1", words].join(" "));
  if (media.initrd !== undefined) args.push("-initrd", media.initrd);
  for (const drive of media.drives) {
    args.push("-drive", `file=${drive.path},format=${drive.format},if=virtio`);
  }
  return runMachine(host, args);
}

/** Runs QEMU with these arguments and a serial line until the machine ends by itself; what the line said. */
export async function runMachine(host: Host, given: readonly string[]): Promise<string> {
  const args = ["-accel", "tcg", "-nodefaults", "-nographic", "-serial", "stdio", "-no-reboot", ...given];
  const child = spawn(host.tools.require("qemu-system-x86_64"), args, { stdio: ["ignore", "pipe", "pipe"] });
  const end = setTimeout(() => child.kill("SIGKILL"), 170_000);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  await once(child, "close");
  clearTimeout(end);
  return said;
}
