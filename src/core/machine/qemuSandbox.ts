import type { Host } from "../host/host.ts";
import { sandboxOption } from "./qemuArgs.ts";
import { programIdentity, remembered } from "./verdicts.ts";

/**
 * Whether this QEMU has its seccomp sandbox: builds for other systems than Linux and some distributions' have not.
 * @param qemu absolute path
 */
export async function hasSandbox(host: Host, qemu: string): Promise<boolean> {
  const key = [await programIdentity(qemu), sandboxOption].join("\n");
  const forEver = (): number => Number.POSITIVE_INFINITY;
  const answer = await remembered(host, "sandbox", key, forEver, async () =>
    (await accepts(host, qemu)) ? "yes" : "no",
  );
  return answer === "yes";
}

// QEMU reads its options in order, and refuses the first before it comes to the second.
async function accepts(host: Host, qemu: string): Promise<boolean> {
  const { execa } = await import("execa");
  const { toolEnvironment } = await import("../host/runTool.ts");
  const result = await execa(qemu, ["-sandbox", sandboxOption, "-version"], {
    reject: false,
    timeout: 5000,
    forceKillAfterDelay: 100,
    stdin: "ignore",
    extendEnv: false,
    env: toolEnvironment(host),
  });
  return result.exitCode === 0;
}
