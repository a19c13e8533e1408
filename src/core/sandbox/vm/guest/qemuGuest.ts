import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { Host } from "../../../host/host.ts";
import { toolCommand, toolEnvironment } from "../../../host/runTool.ts";
import { chooseAccelerator } from "../../../machine/accelerator.ts";
import { hasSandbox } from "../../../machine/qemuSandbox.ts";
import { firstSocket, type GuestSocket, guestArgs, guestSockets } from "./guestArgs.ts";
import type { QemuEnd } from "./guestFailures.ts";
import type { GuestOrder } from "./guestOrder.ts";

const keptStderr = 8192;

/** QEMU with a guest in it; it cannot outlive this process. */
export interface QemuGuest {
  socket(name: GuestSocket): Socket;
  /** Resolves when it has ended and all it wrote was read. */
  readonly end: Promise<QemuEnd>;
  kill(): void;
}

/** @throws Failure `tool-missing`. */
export async function startQemu(order: GuestOrder): Promise<QemuGuest> {
  const { host, arch, signal, scratch } = order;
  const tool = `qemu-system-${arch}` as const;
  const program = host.tools.require(tool);
  const accelerator = await chooseAccelerator(host, { accelerator: "auto", arch }, signal);
  const setup = { accelerator, sandbox: await hasSandbox(host, program) };
  signal.throwIfAborted();
  const { file, args } = toolCommand(host, tool, guestArgs(order, setup));
  const child = spawn(file, args, {
    env: { ...environment(host), TMPDIR: scratch },
    stdio: ["ignore", "ignore", "pipe", ...guestSockets.map(() => "pipe" as const)],
  });
  // Where no setpriv ties it to us, at least every regular end of ours is its end as well.
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const end = endOf(child).finally(() => process.off("exit", kill));
  end.catch(() => {});
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  return { end, kill, socket: name => child.stdio[firstSocket + guestSockets.indexOf(name)] as Socket };
}

// QEMU finds its firmware beside itself; it needs nothing of ours.
function environment(host: Host): Record<string, string> {
  return toolEnvironment(host);
}

function endOf(child: ChildProcess): Promise<QemuEnd> {
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-keptStderr);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) =>
      resolve({ code: code ?? undefined, signal: signal ?? undefined, stderr }),
    );
  });
}
