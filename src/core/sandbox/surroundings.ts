import type { SandboxTask } from "./sandbox.ts";

/** What every sandbox says its name is. */
export const sandboxHostName = "localhost";

/** Where the tree lies when the programs are not its own. */
export const targetFolder = "/target";

/** Something that is mounted over the tree while a command runs, so that nothing of it gets into a layer. */
export interface Cover {
  /** Absolute, as the command sees it. */
  readonly path: string;
  /**
   * `dev`: null, zero, full, random, urandom, tty, ptmx, pts, shm and the links to /proc/self/fd; `proc`: the processes of
   * the sandbox alone; `empty`: an empty folder in memory.
   */
  readonly what: "dev" | "proc" | "empty";
  /** Permission bits of an empty one. */
  readonly mode: number;
}

const kernelCovers: readonly Cover[] = [
  { path: "/dev", what: "dev", mode: 0o755 },
  { path: "/proc", what: "proc", mode: 0o555 },
  { path: "/sys", what: "empty", mode: 0o555 },
];
const ownCovers: readonly Cover[] = [
  ...kernelCovers,
  { path: "/run", what: "empty", mode: 0o755 },
  { path: "/run/lock", what: "empty", mode: 0o1777 },
  { path: "/tmp", what: "empty", mode: 0o1777 },
];

/**
 * The covers of the tree, in the order to mount them. Where the tree is not `/`, its own /run and /tmp stay: whoever
 * installs a whole system there makes these folders.
 */
export function coversOf(system: SandboxTask["system"]): readonly Cover[] {
  if (system === "tree") return ownCovers;
  return kernelCovers.map(cover => ({ ...cover, path: `${targetFolder}${cover.path}` }));
}

/**
 * The whole environment of a command: nothing comes from the host.
 * @param home of the user that runs it.
 */
export function environmentOf(
  task: Pick<SandboxTask, "env" | "clock">,
  user: { readonly name: string; readonly home: string },
): Readonly<Record<string, string>> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
    SOURCE_DATE_EPOCH: String(task.clock),
    ...task.env,
  };
}

/**
 * What commands may still do as root, in every sandbox: what package managers need to own and set up files. Programs
 * gain nothing by being setuid (no_new_privs), device nodes cannot be made, nothing can be mounted.
 */
export const keptCapabilities: readonly string[] = [
  ...["chown", "dac_override", "fowner", "fsetid", "setuid", "setgid", "setfcap", "setpcap"],
  ...["sys_chroot", "kill", "net_bind_service"],
];

/** Processes and threads that one user of the sandbox may have. */
export const mostProcesses = 4096;

/**
 * Processes and threads that all sandboxes of one person have together, with the person's own: half of what a small host
 * has numbers for.
 */
export const mostProcessesTogether = 16_384;
