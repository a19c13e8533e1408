import { Failure } from "../failure.ts";
import type { Host } from "./host.ts";
import { runTool } from "./runTool.ts";
import { openToolbox } from "./toolbox.ts";
import { type ToolName, toolFacts } from "./toolFacts.ts";

export interface InstallOptions {
  readonly signal: AbortSignal;
  /** Called with each line apt says. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** Debian packages of the tools that `examples/boots` needs and this machine lacks, sorted. */
export function missingPackages(host: Host): string[] {
  return [...new Set(missingTools(host).map(name => toolFacts[name].debian))].sort();
}

/** The command that installs packages, for a person to run. */
export function installCommand(packages: readonly string[]): string {
  return `${process.getuid?.() === 0 ? "" : "sudo "}apt-get install -y --no-install-recommends ${packages.join(" ")}`;
}

/**
 * Installs what missingPackages() names, as root or by a sudo that asks nothing.
 * @returns the packages that were installed.
 * @throws Failure `install-impossible` where there is no apt, `install-needs-root` with the command to run,
 * `install-failed` with what apt said.
 */
export async function installMissing(host: Host, options: InstallOptions): Promise<readonly string[]> {
  const packages = missingPackages(host);
  if (packages.length === 0) return [];
  const apt = host.tools.find("apt-get");
  if (apt === undefined) {
    throw new Failure("install-impossible", `These tools are missing: ${missingTools(host).join(", ")}.`, {
      advice: "This is no Debian or Ubuntu: install them with this system's own package manager.",
    });
  }
  const run = await rootRunner(host, apt, options);
  if (!run) {
    throw new Failure("install-needs-root", `These packages are missing: ${packages.join(", ")}.`, {
      advice: `Installing needs root. Run: ${installCommand(packages)}`,
    });
  }
  try {
    await run(["update"], options.signal);
    options.signal.throwIfAborted();
    // Not to be cut short: a package that is half installed breaks more than Whittle.
    await run(["install", "-y", "--no-install-recommends", ...packages], new AbortController().signal);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    throw failed(packages, error.message, error);
  }
  const left = missingTools({ ...host, tools: openToolbox(host.env) });
  if (left.length > 0) throw failed(packages, `${left.join(", ")} cannot be found even so.`);
  return packages;
}

function missingTools(host: Host): ToolName[] {
  const names = Object.keys(toolFacts) as ToolName[];
  return names.filter(name => toolFacts[name].basic && host.tools.find(name) === undefined);
}

type RootRunner = (args: readonly string[], signal: AbortSignal) => Promise<unknown>;

async function rootRunner(
  host: Host,
  apt: string,
  { signal, onLine }: InstallOptions,
): Promise<RootRunner | undefined> {
  const env = {
    DEBIAN_FRONTEND: "noninteractive",
    PATH: `${host.env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`,
  };
  if (process.getuid?.() === 0) {
    return (args, stop) => runTool(host, "apt-get", args, { signal: stop, env, onLine });
  }
  if (!host.tools.find("sudo")) return undefined;
  const asks = await runTool(host, "sudo", ["-n", "true"], { signal }).then(
    () => false,
    (error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof Failure) return true;
      throw error;
    },
  );
  if (asks) return undefined;
  const given = ["-n", "DEBIAN_FRONTEND=noninteractive", apt];
  return (args, stop) => runTool(host, "sudo", [...given, ...args], { signal: stop, onLine });
}

function failed(packages: readonly string[], why: string, cause?: unknown): Failure {
  return new Failure("install-failed", `apt could not install ${packages.join(", ")}: ${why}`, {
    advice: `Run it yourself to see more: ${installCommand(packages)}`,
    cause,
  });
}
