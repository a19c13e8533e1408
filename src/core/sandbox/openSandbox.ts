import type { Host } from "../host/host.ts";
import { chooseSandbox } from "./chooseSandbox.ts";
import type { Sandbox } from "./sandbox.ts";

export interface SandboxOptions {
  readonly signal: AbortSignal;
  readonly log?: ((line: string) => void) | undefined;
}

/**
 * Opens what commands run in here: namespaces where they were seen to work, else a VM; or the kind that the host is
 * set to.
 * @throws Failure `namespaces-no-range`, `namespaces-forbidden` or `tool-missing` when namespaces are demanded and do
 * not work; those of openVm().
 */
export async function openSandbox(host: Host, { signal, log }: SandboxOptions): Promise<Sandbox> {
  const { kind, reason, obstacle } = await chooseSandbox(host, signal);
  if (kind === "namespaces") {
    if (obstacle) throw obstacle;
    const { openNamespaces } = await import("./namespaces/openNamespaces.ts");
    return openNamespaces(host, reason);
  }
  const { openVm } = await import("./vm/openVm.ts");
  return openVm(host, { signal, log, reason });
}
