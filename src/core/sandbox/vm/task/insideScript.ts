import { keptCapabilities, mostProcesses, sandboxHostName, targetFolder } from "../../surroundings.ts";
import { mountsFolder, spaceFolder, toolsFolder, treeFolder } from "./mainScript.ts";
import { shellWord } from "./shellWord.ts";
import type { TaskPlan } from "./taskPlan.ts";

/** The guest's /task/inside: the first process of the command's namespaces. Prepares its root and runs it there. */
export function insideScript(plan: TaskPlan): string {
  const root = plan.treeIsRoot ? treeFolder : "/root";
  const at = (path: string): string => shellWord(root + path);
  const words = (list: readonly string[]): string => list.map(shellWord).join(" ");
  const { uid, gid, groups } = plan.user;
  const env = Object.entries(plan.env).map(([name, value]) => `${name}=${value}`);
  const bounding = ["-all", ...keptCapabilities.map(each => `+${each}`)].join(",");
  return `
broken() { echo "whittle: $*" >&2; exit 125; }
umask 022
mount --make-rprivate /
hostname ${sandboxHostName}
${plan.network ? "" : "ip link set lo up"}
${plan.treeIsRoot ? "" : toolsRoot}
${plan.covers.map(cover => coverLines(cover, at)).join("\n")}
${plan.mounts.map(({ to, isFolder }, index) => mountLines(isFolder, `${mountsFolder}/${index}`, at(to))).join("\n")}
${plan.resolver === undefined ? "" : mountLines(false, "/run/resolv.conf", at(plan.resolver))}
ulimit -c 0; ulimit -u ${mostProcesses}
/usr/bin/setpriv --bounding-set=${bounding} --inh-caps=-all --no-new-privs \\
  /usr/bin/perl /task/launch ${root} ${shellWord(plan.cwd)} ${uid} ${gid} ${shellWord(groups.join(","))} \\
  ${env.length} ${words(env)} ${words(plan.command)}
exit $?
`;
}

const toolsRoot = `
mount -t overlay -o lowerdir=${toolsFolder},upperdir=${spaceFolder}/upper,workdir=${spaceFolder}/work tools /root || broken "no overlay"
mount --bind ${treeFolder} /root${targetFolder}`;

function coverLines({ what, mode, path }: TaskPlan["covers"][number], at: (path: string) => string): string {
  const place = at(path);
  const octal = mode.toString(8).padStart(4, "0");
  const failed = `|| broken "${path} cannot be covered"`;
  if (what === "proc")
    return `mkdir -p ${place}; mount -t proc -o nosuid,nodev,noexec proc ${place} ${failed}\n${readOnlyProc(place)}`;
  if (what === "dev") return devLines(place, octal);
  // Memory is scarce in a guest, its disk is not.
  if (path === "/tmp") {
    return `mkdir -p ${place}; chmod ${octal} ${spaceFolder}/tmp; mount --bind ${spaceFolder}/tmp ${place} ${failed}`;
  }
  return `mkdir -p ${place}; mount -t tmpfs -o nosuid,nodev,mode=${octal} tmpfs ${place} ${failed}`;
}

// In a user namespace these belong to somebody else.
function readOnlyProc(place: string): string {
  return `for each in sys sysrq-trigger irq bus fs; do
  [ ! -e ${place}/$each ] || { mount --bind ${place}/$each ${place}/$each; mount -o remount,bind,ro ${place}/$each; }
done`;
}

function devLines(place: string, octal: string): string {
  const nodes = { null: 3, zero: 5, full: 7, random: 8, urandom: 9 };
  const make = Object.entries(nodes).map(([name, minor]) => `mknod -m 666 ${place}/${name} c 1 ${minor}`);
  const links = {
    fd: "/proc/self/fd",
    stdin: "/proc/self/fd/0",
    stdout: "/proc/self/fd/1",
    stderr: "/proc/self/fd/2",
  };
  return [
    `mkdir -p ${place}; mount -t tmpfs -o nosuid,mode=${octal} dev ${place} || broken "no /dev"`,
    ...make,
    `mknod -m 666 ${place}/tty c 5 0`,
    ...Object.entries(links).map(([name, target]) => `ln -s ${target} ${place}/${name}`),
    `ln -s /proc/kcore ${place}/core`,
    `mkdir ${place}/pts ${place}/shm; mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts ${place}/pts`,
    `ln -s pts/ptmx ${place}/ptmx`,
    `mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs ${place}/shm`,
  ].join("\n");
}

function mountLines(isFolder: boolean, from: string, place: string): string {
  const make = isFolder ? `mkdir -p ${place}` : `mkdir -p "$(dirname ${place})"; : >> ${place}`;
  return `${make}; mount --bind ${from} ${place} || broken "a mount failed"; mount -o remount,bind,ro ${place}`;
}
