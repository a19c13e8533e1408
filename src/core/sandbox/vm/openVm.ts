import type { Arch, Host } from "../../host/host.ts";
import type { LayerWriter } from "../../tree/layer.ts";
import type { Sandbox, SandboxOutcome, SandboxTask } from "../sandbox.ts";

export interface VmOptions {
  readonly signal: AbortSignal;
  readonly log?: ((line: string) => void) | undefined;
  /** A sentence for people: why a VM. */
  readonly reason: string;
  /** What the tree's programs are made for; default the host's. Others run many times slower. */
  readonly arch?: Arch | undefined;
  /** Bytes that a command may add; default what the host's disk has free, 64 GiB at most. */
  readonly room?: number | undefined;
  /** MiB; default half of what is free, 2 GiB at most. */
  readonly memory?: number | undefined;
}

/**
 * A sandbox whose commands run in a small virtual machine of their own each: for hosts that forbid namespaces. The
 * machine's system is made on first use.
 * @throws Failure `tool-missing` where there is no QEMU; those of helperSystem().
 */
export async function openVm(host: Host, options: VmOptions): Promise<Sandbox> {
  const { signal, log, reason } = options;
  const arch = options.arch ?? host.arch;
  host.tools.require(`qemu-system-${arch}`);
  const { helperSystem } = await import("./helper/helperSystem.ts");
  const helper = await helperSystem(host, { arch, signal, log });
  return {
    kind: "vm",
    reason,
    async run(task: SandboxTask, changes: LayerWriter): Promise<SandboxOutcome> {
      const { runTask } = await import("./task/runTask.ts");
      return runTask({ ...options, host, arch, helper }, task, changes);
    },
  };
}
