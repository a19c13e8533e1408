import type { Host } from "../../host/host.ts";
import type { LayerWriter } from "../../tree/layer.ts";
import type { Sandbox, SandboxOutcome, SandboxTask } from "../sandbox.ts";

/** A sandbox of the kernel's namespaces. @param reason a sentence for people: why this kind. */
export function openNamespaces(host: Host, reason: string): Sandbox {
  return {
    kind: "namespaces",
    reason,
    async run(task: SandboxTask, changes: LayerWriter): Promise<SandboxOutcome> {
      const { runInNamespaces } = await import("./runInNamespaces.ts");
      return runInNamespaces(host, task, changes);
    },
  };
}
