import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import { type RunOptions, type RunResult, runTool } from "../host/runTool.ts";
import type { AptArea } from "./aptArea.ts";

/**
 * Runs apt on a folder of our own, as whoever we are: mirrors, keys and proxies are those of the host, the lists
 * and everything apt writes are not.
 * @param lists folder of a snapshot, or one that is to become one.
 * @throws Failure `apt-missing` where there is no apt; else as runTool() does.
 */
export async function runApt(
  host: Host,
  tool: "apt-get" | "apt-cache",
  area: AptArea,
  lists: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  requireApt(host);
  return aptCall(host, tool, area, lists, args, options);
}

function aptCall(
  host: Host,
  tool: "apt-get" | "apt-cache",
  area: AptArea,
  lists: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  const settings = {
    "Dir::Etc": `${area.config}/`,
    "Dir::State": `${lists}/`,
    "Dir::State::lists": `${lists}/lists/`,
    "Dir::State::status": `${lists}/status`,
    "Dir::Cache": `${lists}/`,
    "Dir::Cache::archives": `${lists}/archives/`,
  };
  const given = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  return runTool(host, tool, ["-c", join(lists, "apt.conf"), ...given, ...args], options);
}

/** Makes a folder that runApt() can work on; what is there already stays. */
export async function prepareLists(area: AptArea, folder: string): Promise<void> {
  await mkdir(join(folder, "lists", "partial"), { recursive: true });
  await mkdir(join(folder, "archives", "partial"), { recursive: true });
  await writeFile(join(folder, "status"), "");
  await writeFile(join(folder, "apt.conf"), settingsFor(area.arch));
}

const helper = "/usr/lib/apt/apt-helper";

/**
 * Runs `apt-helper`, which fetches files with apt's own methods, proxies and passwords, without any package lists.
 * @param folder where apt may write.
 * @throws Failure as runApt() does.
 */
export async function runAptHelper(
  host: Host,
  area: AptArea,
  folder: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  requireApt(host);
  // It belongs to apt-get and lies on nobody's PATH.
  const program = existsSync(helper) ? helper : host.tools.require("apt-get");
  const tools = { find: host.tools.find, require: () => program };
  return aptCall({ ...host, tools }, "apt-get", area, folder, args, options);
}

function requireApt(host: Host): void {
  if (host.tools.find("apt-get") && host.tools.find("apt-cache")) return;
  throw new Failure("apt-missing", "Packages are fetched with apt, which this system does not have.", {
    advice: "Build on Debian or Ubuntu (a container will do), or give the file itself with `file:`.",
  });
}

// The hooks and the extra indexes (translations, descriptions of desktop programs) of the host are not for us. While it
// waits before another try, apt 2.6 forgets all else it wants from the same host, and hangs.
function settingsFor(arch: string): string {
  return `#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Architectures;
#clear Acquire::IndexTargets;
APT::Architecture "${arch}";
APT::Architectures:: "${arch}";
APT::Sandbox::User "";
APT::Get::List-Cleanup "true";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::Retries::Delay "false";
Acquire::IndexTargets::deb::Packages {
  MetaKey "$(COMPONENT)/binary-$(ARCHITECTURE)/Packages";
  flatMetaKey "Packages";
  ShortDescription "Packages";
  Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Packages";
  flatDescription "$(RELEASE) Packages";
  Optional "false";
};
Debug::NoLocking "true";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`;
}
