import { readFile } from "node:fs/promises";
import { storePaths } from "../../build/storePaths.ts";
import { makeTempFolder } from "../../build/tempFolder.ts";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { programIdentity, remembered } from "../../machine/verdicts.ts";
import { findIdMaps, type IdMaps } from "./idRange.ts";
import { tryNamespaces } from "./tryNamespaces.ts";

const hour = 60 * 60 * 1000;
/** Raised when the test changes: what an earlier one found counts no longer. */
const testVersion = 3;
const tools = ["unshare", "nsenter", "prlimit", "setpriv", "bwrap", "tar", "find", "mkfifo", "bash"] as const;
const userTools = ["newuidmap", "newgidmap"] as const;

/**
 * Why commands cannot be run in namespaces here; undefined when a test command was seen to run. A yes holds until the
 * computer restarts or something it depends on changes; a no for an hour at most.
 */
export async function namespacesObstacle(host: Host, signal: AbortSignal): Promise<Failure | undefined> {
  if (process.platform !== "linux") {
    return new Failure("namespaces-forbidden", "Namespaces are a thing of Linux; there are none here.");
  }
  let maps: IdMaps;
  const programs: string[] = [];
  try {
    const needed = process.getuid?.() === 0 ? tools : [...tools, ...userTools];
    for (const tool of needed) programs.push(await programIdentity(host.tools.require(tool)));
    maps = await findIdMaps();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  const key = JSON.stringify([testVersion, await boot(), process.getuid?.(), programs, maps, await rules()]);
  const lasts = (value: string): number => (value === "" ? Number.POSITIVE_INFINITY : hour);
  const problem = await remembered(host, "namespaces", key, lasts, async () => {
    const temp = makeTempFolder(storePaths(host.cacheDir).temp);
    try {
      await tryNamespaces(host, await temp.folder(), signal);
      return "";
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Failure) return error.message;
      throw error;
    } finally {
      await temp.remove();
    }
  });
  return problem === "" ? undefined : await forbidden(problem);
}

async function forbidden(problem: string): Promise<Failure> {
  const advice = await cure();
  return new Failure("namespaces-forbidden", problem, { advice });
}

async function cure(): Promise<string> {
  if ((await setting("user/max_user_namespaces")) === "0") {
    return "They are switched off: sudo sysctl user.max_user_namespaces=10000. Until then the VM is used.";
  }
  if (process.getuid?.() !== 0 && (await setting("kernel/unprivileged_userns_clone")) === "0") {
    return "They are for root only: sudo sysctl kernel.unprivileged_userns_clone=1. Until then the VM is used.";
  }
  if ((await setting("kernel/apparmor_restrict_unprivileged_userns")) === "1") {
    return (
      "AppArmor lets only programs with a profile make user namespaces, as Ubuntu does since 23.10 " +
      "(kernel.apparmor_restrict_unprivileged_userns is 1). The VM is used instead; " +
      "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 allows them to everybody."
    );
  }
  return "Inside containers they are often forbidden. The VM is used instead, unless the setting asks for namespaces.";
}

async function rules(): Promise<readonly string[]> {
  const names = [
    "user/max_user_namespaces",
    "kernel/unprivileged_userns_clone",
    "kernel/apparmor_restrict_unprivileged_userns",
  ];
  return Promise.all(names.map(setting));
}

function boot(): Promise<string> {
  return setting("kernel/random/boot_id");
}

async function setting(name: string): Promise<string> {
  return (await readFile(`/proc/sys/${name}`, "utf8").catch(() => "")).trim();
}
