import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import { namespacesObstacle } from "./namespaces/obstacle.ts";
import type { SandboxKind } from "./sandbox.ts";

/** What commands run in here, and why. */
export interface SandboxChoice {
  readonly kind: SandboxKind;
  /** A sentence for people. */
  readonly reason: string;
  /** Why namespaces do not work here, if they do not. */
  readonly obstacle: Failure | undefined;
}

const variable = "WHITTLE_SANDBOX";
const settings = ["auto", "namespaces", "vm"] as const;

/**
 * Chooses by trying; the finding is remembered. Nothing is started when the host is set to a VM.
 * @throws Failure `sandbox-unknown` for a setting that is none.
 */
export async function chooseSandbox(host: Host, signal: AbortSignal): Promise<SandboxChoice> {
  const asked = settingOf(host);
  if (asked === "vm") {
    return { kind: "vm", reason: "The setting asks for a virtual machine.", obstacle: undefined };
  }
  const obstacle = await namespacesObstacle(host, signal);
  if (asked === "namespaces") {
    return { kind: "namespaces", reason: "The setting asks for namespaces.", obstacle };
  }
  if (!obstacle) {
    const reason = "A test in namespaces of the kernel could give files to other users.";
    return { kind: "namespaces", reason, obstacle };
  }
  return { kind: "vm", reason: `Namespaces do not work here. ${obstacle.message}`, obstacle };
}

function settingOf(host: Host): (typeof settings)[number] {
  const asked = host.env[variable] || host.sandbox || "auto";
  const found = settings.find(each => each === asked);
  if (found) return found;
  throw new Failure("sandbox-unknown", `${variable} is ${JSON.stringify(asked)}.`, {
    advice: `It can be ${settings.join(", ")}.`,
  });
}
