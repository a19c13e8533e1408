import type { Arch, Host } from "./host.ts";

/** What was found out about one thing that Whittle leans on. */
export interface DoctorCheck {
  /** Stable: `system`, `packages`, `accelerator`, `cache`, `namespaces`, or `tool:NAME`. */
  readonly id: string;
  /** `missing`: builds or boots of `examples/boots` fail without it; `note`: good to know, or only for some recipes. */
  readonly state: "ok" | "missing" | "note";
  /** False for `missing` alone. */
  readonly ok: boolean;
  /** One sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly cure?: string | undefined;
  /** For a tool. */
  readonly tool?: ToolReport | undefined;
}

export interface ToolReport {
  readonly name: string;
  /** Absolute; undefined when it is not installed. */
  readonly path: string | undefined;
  /** As it says itself. */
  readonly version: string | undefined;
  /** Debian and Ubuntu package. */
  readonly package: string;
  readonly purpose: string;
}

export interface DoctorReport {
  readonly checks: readonly DoctorCheck[];
}

/** Finds out how guests run fastest here; core/machine has it. */
export type AcceleratorProbe = (
  host: Host,
  arch: Arch,
  signal: AbortSignal,
) => Promise<{ readonly accelerator: string; readonly reason: string }>;

export interface DoctorOptions {
  readonly signal: AbortSignal;
  readonly probe: AcceleratorProbe;
}

/** Looks at everything that builds and boots need on this machine; changes nothing. Rejects only when aborted. */
export async function doctor(host: Host, { signal, probe }: DoctorOptions): Promise<DoctorReport> {
  const { checkTools } = await import("./doctor/tools.ts");
  const { checkSystem, checkPackages, checkNamespaces } = await import("./doctor/system.ts");
  const { checkCache } = await import("./doctor/cache.ts");
  const tools = await checkTools(host, signal);
  const checks = [
    await checkSystem(host),
    ...tools,
    await checkPackages(host, signal),
    await checkAccelerator(host, probe, signal),
    await checkCache(host),
    await checkNamespaces(host, signal),
  ];
  signal.throwIfAborted();
  return { checks };
}

/** A finished check. */
export function check(
  id: string,
  state: DoctorCheck["state"],
  text: string,
  more: Pick<DoctorCheck, "cure" | "tool"> = {},
): DoctorCheck {
  return { id, state, ok: state !== "missing", text, ...more };
}

async function checkAccelerator(
  host: Host,
  probe: AcceleratorProbe,
  signal: AbortSignal,
): Promise<DoctorCheck> {
  try {
    const { accelerator, reason } = await probe(host, host.arch, signal);
    const fast = accelerator !== "tcg";
    const how = fast
      ? `hardware virtualisation (${accelerator})`
      : "software emulation (tcg), which is slower";
    return check("accelerator", fast ? "ok" : "note", `Machines run in ${how}. ${reason}`);
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return check("accelerator", "missing", `Machines cannot be run: ${why}`);
  }
}
