import { readFile } from "node:fs/promises";
import { release, userInfo } from "node:os";
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

/**
 * Whether programs can be run in an image without root: user namespaces, and a range of user ids for them. No stage
 * of today needs it.
 */
export async function checkNamespaces(): Promise<DoctorCheck> {
  if (process.platform !== "linux") {
    return check("namespaces", "note", "User namespaces are a thing of Linux; there are none here.");
  }
  const forbidden = await namespaceObstacle();
  if (forbidden !== undefined) return check("namespaces", "note", forbidden);
  const user = userInfo();
  const ranges = await text("/etc/subuid");
  const has = ranges
    .split("\n")
    .some(line => [user.username, String(user.uid)].includes(line.split(":")[0] ?? ""));
  if (has || process.getuid?.() === 0) return check("namespaces", "ok", "User namespaces are allowed.");
  return check(
    "namespaces",
    "note",
    `User namespaces are allowed, but ${user.username} has no range in /etc/subuid.`,
    {
      cure: `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${user.username}`,
    },
  );
}

async function namespaceObstacle(): Promise<string | undefined> {
  const setting = async (path: string) => (await text(`/proc/sys/${path}`)).trim();
  if ((await setting("user/max_user_namespaces")) === "0") {
    return "User namespaces are switched off (user.max_user_namespaces is 0).";
  }
  if (process.getuid?.() === 0) return undefined;
  if ((await setting("kernel/unprivileged_userns_clone")) === "0") {
    return "User namespaces are for root only here (kernel.unprivileged_userns_clone is 0).";
  }
  return (await setting("kernel/apparmor_restrict_unprivileged_userns")) === "1"
    ? "AppArmor restricts user namespaces here, as Ubuntu does since 23.10."
    : undefined;
}

async function osField(field: string): Promise<string | undefined> {
  const found = new RegExp(`^${field}="?([^"\\n]*)"?$`, "m").exec(await text("/etc/os-release"));
  return found?.[1];
}

async function text(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
