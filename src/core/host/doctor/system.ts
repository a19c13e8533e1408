import { readFile } from "node:fs/promises";
import { release } from "node:os";
import { Failure } from "../../failure.ts";
import { check, type DoctorCheck } from "../doctor.ts";
import type { Host } from "../host.ts";

/** Which system this is. */
export async function checkSystem(host: Host): Promise<DoctorCheck> {
  const name = (await osField("PRETTY_NAME")) ?? process.platform;
  return check("system", "ok", `${name}, kernel ${release()}, ${host.arch}, Node ${process.versions.node}.`);
}

/** Whether Debian packages can be fetched, and from which lists. */
export async function checkPackages(host: Host, signal: AbortSignal): Promise<DoctorCheck> {
  if (!host.tools.find("apt-get") || !host.tools.find("apt-cache")) {
    return check("packages", "note", "There is no apt here: stages cannot take Debian or Ubuntu packages.", {
      cure: "Give kernels and programs with `file:`, or build on Debian or Ubuntu; a container will do.",
    });
  }
  const { aptArea, currentLists } = await import("../../debian/aptArea.ts");
  const lists = currentLists(aptArea(host, host.arch));
  signal.throwIfAborted();
  const state = lists
    ? "Package lists are here; builds take the versions they name."
    : "The first build that needs a package fetches the package lists.";
  return check("packages", "ok", `Debian packages come from the mirrors in /etc/apt. ${state}`);
}

/** What commands of a recipe run in (namespaces or a virtual machine), and why. */
export async function checkNamespaces(host: Host, signal: AbortSignal): Promise<DoctorCheck> {
  const { chooseSandbox } = await import("../../sandbox/chooseSandbox.ts");
  try {
    const { kind, reason, obstacle } = await chooseSandbox(host, signal);
    const where = kind === "vm" ? "a small virtual machine, which takes longer" : "namespaces of the kernel";
    const cure = obstacle?.advice;
    const text = `Commands of a recipe run in ${where}. ${reason}`;
    if (kind === "vm" || !obstacle) {
      return check("namespaces", obstacle ? "note" : "ok", text, cure === undefined ? {} : { cure });
    }
    const forced = `${text} They do not work here. ${obstacle.message}`;
    return check("namespaces", "note", forced, cure === undefined ? {} : { cure });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    const cure = error.advice === undefined ? {} : { cure: error.advice };
    return check("namespaces", "note", `Commands of a recipe cannot be run. ${error.message}`, cure);
  }
}

async function osField(field: string): Promise<string | undefined> {
  const found = new RegExp(`^${field}="?([^"\\n]*)"?$`, "m").exec(await text("/etc/os-release"));
  return found?.[1];
}

async function text(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
