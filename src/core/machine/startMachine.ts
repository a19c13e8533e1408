import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import { chooseAccelerator } from "./accelerator.ts";
import { checkSpec } from "./checkSpec.ts";
import { connectWhenThere } from "./connect.ts";
import { findFirmware } from "./firmware/findFirmware.ts";
import { GuardLink } from "./guardLink.ts";
import { freeLogFile } from "./logFile.ts";
import type { Machine, MachineSpec } from "./machine.ts";
import { Monitor } from "./monitor.ts";
import { openConsole } from "./openConsole.ts";
import { qemuFailure } from "./qemuFailure.ts";
import { hasSandbox } from "./qemuSandbox.ts";
import { RunningMachine } from "./runningMachine.ts";
import { runtimeParents, runtimePaths } from "./runtimeFolder.ts";
import { type StartedGuard, startGuard } from "./startGuard.ts";
import { sweepMachines } from "./sweepMachines.ts";

export interface StartDeps {
  readonly host: Host;
  /** Path of the guard program: dist/guard.js. */
  readonly guard: string;
  /** Ends the start; a machine that has started is ended by its stop(). */
  readonly signal: AbortSignal;
}

/**
 * Starts a machine under a guard process; resolves when the guest runs. The machine ends when this process does,
 * however it ends, unless it was handed over.
 * @throws Failure `tool-missing`, `image-missing`, `firmware-missing`, `forward-port`, `kvm-unusable`, `qemu-start-failed`, …
 */
export async function startMachine(wanted: MachineSpec, deps: StartDeps): Promise<Machine> {
  const { host, signal } = deps;
  const qemu = host.tools.require(`qemu-system-${wanted.arch}`);
  await checkSpec(wanted);
  const [parent] = await runtimeParents(host.env);
  if (parent === undefined) {
    throw new Failure(
      "no-runtime-folder",
      "There is no folder with a short enough path for the machine's sockets.",
      {
        advice: "Set TMPDIR to a folder such as /tmp.",
      },
    );
  }
  const [accelerator, sandbox, logFile] = await Promise.all([
    chooseAccelerator(host, wanted, signal),
    hasSandbox(host, qemu),
    freeLogFile(host, wanted.logFile),
    sweepMachines(host),
  ]);
  const spec: MachineSpec = { ...wanted, logFile };
  await mkdir(dirname(logFile), { recursive: true });
  const setpriv = process.platform === "linux" ? host.tools.find("setpriv") : undefined;
  const firmware = usesUefi(spec) ? await findFirmware(host, spec.arch) : undefined;
  const order = { parent, spec, accelerator, sandbox, firmware, qemu, setpriv };
  const started = await startGuard(deps.guard, order, deps);
  try {
    return await take(spec, accelerator, started, signal);
  } finally {
    // With no lease held, this is what ends the guard.
    started.letGo();
  }
}

function usesUefi({ arch, media }: MachineSpec): boolean {
  // QEMU's virt machine has no BIOS, and starts a kernel without any.
  return media.firmware === "uefi" || (arch === "aarch64" && media.kernel === undefined);
}

async function take(
  spec: MachineSpec,
  accelerator: string,
  { folder, pid, startedAt }: StartedGuard,
  signal: AbortSignal,
): Promise<Machine> {
  const paths = runtimePaths(folder);
  const link = await GuardLink.open(paths.guard);
  try {
    await link.lease();
    const given = new AbortController();
    const giveUp = AbortSignal.any([signal, given.signal]);
    void link.ended.then(() => given.abort());
    const console = await openConsole(paths.serial);
    const machine = new RunningMachine({
      folder,
      spec,
      accelerator,
      startedAt: new Date(startedAt),
      pid,
      link,
      console,
    });
    const monitor = await Monitor.open(await connectWhenThere(paths.monitor, giveUp), machine.onEvent);
    signal.throwIfAborted();
    await machine.begin(monitor, false);
    return machine;
  } catch (error) {
    await link.stop();
    signal.throwIfAborted();
    const exit = await link.ended;
    // A code means that QEMU gave up by itself; we end it by a signal.
    throw exit?.code === undefined ? error : qemuFailure(exit, false);
  }
}
