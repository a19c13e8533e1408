import type { SandboxTask } from "../sandbox.ts";
import type { SandboxUser } from "../sandboxUser.ts";
import { environmentOf, keptCapabilities, sandboxHostName, targetFolder } from "../surroundings.ts";
import { hostPrograms } from "./hostPrograms.ts";
import type { Places } from "./places.ts";

/** Everything that bubblewrap's command line is made from. */
export interface Wrapping {
  readonly task: SandboxTask;
  readonly user: SandboxUser;
  /** Folders as root inside the namespaces sees them. */
  readonly treeFolder: string;
  readonly etcFolder: string;
  /** Folders in memory, see memoryScript(). */
  readonly memoryFolder: string;
  readonly places: Places;
  /** Whether the tree is bubblewrap's root; else the host's programs are, and the tree lies in /target. */
  readonly treeIsRoot: boolean;
  /** The host's chroot program. */
  readonly chroot: string;
}

const namespaces = ["--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try"];
const emptyFolders = ["/run", "/tmp", "/sys", "/root", "/var/tmp", "/var/lib"];
const etcFiles = ["passwd", "group", "hosts", "nsswitch.conf"];

/** What bubblewrap is told, for root of a user namespace; descriptor 3 has to be open with the seccomp filter. */
export interface BubblewrapOrder {
  /**
   * Not for its command line: the sandbox's first process has that as well, and the command would read there what the
   * host's folders and their owner are called.
   */
  readonly options: readonly string[];
  readonly command: readonly string[];
}

export function bubblewrapOrder(wrapping: Wrapping): BubblewrapOrder {
  const { task, user, treeFolder, etcFolder, memoryFolder, places, treeIsRoot } = wrapping;
  const { covers, mounts, resolver } = places;
  const { go, command } = commandOf(wrapping);
  const options = [
    ...namespaces,
    ...(task.network === true ? [] : ["--unshare-net"]),
    ...["--hostname", sandboxHostName, "--new-session", "--die-with-parent", "--seccomp", "3"],
    ...["--cap-drop", "ALL", ...keptCapabilities.flatMap(name => ["--cap-add", `CAP_${name.toUpperCase()}`])],
    ...["--clearenv", ...Object.entries(environmentOf(task, user)).flatMap(pair => ["--setenv", ...pair])],
    ...(treeIsRoot ? ["--bind", treeFolder, "/"] : toolsRoot(treeFolder, etcFolder)),
    ...covers.flatMap(({ path, what }, index) => {
      const inMemory = `${memoryFolder}/${index}`;
      if (what === "empty") return ["--bind", inMemory, path];
      return [`--${what}`, path, ...(what === "dev" ? ["--bind", inMemory, `${path}/shm`] : [])];
    }),
    ...mounts.flatMap(({ from, to }) => ["--ro-bind", from, to]),
    ...(resolver === undefined ? [] : ["--ro-bind", `${etcFolder}/resolv.conf`, resolver]),
    ...["--chdir", go],
  ];
  return { options, command };
}

function toolsRoot(treeFolder: string, etcFolder: string): string[] {
  return [
    ...hostPrograms(),
    ...emptyFolders.flatMap(path => ["--perms", path.endsWith("tmp") ? "1777" : "0755", "--dir", path]),
    ...["--dev", "/dev", "--proc", "/proc"],
    ...etcFiles.flatMap(name => ["--ro-bind", `${etcFolder}/${name}`, `/etc/${name}`]),
    ...["--bind", treeFolder, targetFolder],
  ];
}

/** The command, as its user, and where it starts. A tree need not have a program that changes the user: the host's does. */
function commandOf({ task, user, treeIsRoot, chroot }: Wrapping): { go: string; command: readonly string[] } {
  const { system, command, cwd = "/" } = task;
  if (treeIsRoot || (system !== "tree" && user.uid === 0 && user.gid === 0)) return { go: cwd, command };
  const root = system === "tree" ? targetFolder : "/";
  const become = [`--userspec=+${user.uid}:+${user.gid}`, `--groups=${groupsOf(user)}`, root];
  const inCwd = cwd === "/" ? [] : ["/bin/sh", "-c", 'cd -- "$0" && exec "$@"', cwd];
  return { go: "/", command: [chroot, ...become, ...inCwd, ...command] };
}

function groupsOf({ gid, groups }: SandboxUser): string {
  return (groups.length > 0 ? groups : [gid]).map(each => `+${each}`).join(",");
}
