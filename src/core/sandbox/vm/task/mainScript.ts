import { mostProcesses } from "../../surroundings.ts";
import { shellWord } from "./shellWord.ts";
import type { TaskPlan } from "./taskPlan.ts";

/** Folders of the guest. */
export const treeFolder = "/tree";
export const toolsFolder = "/tools";
export const spaceFolder = "/space";
export const mountsFolder = "/mounts";

/**
 * The guest's /task/main: attaches the disks, notes the state of the tree, runs /task/inside in namespaces of its own,
 * and sends what changed when that ended well. Says `started`, `exit CODE`, `room BYTES FILES BYTES FILES` (free on the
 * tree's and the other disk), `killed COUNT` (for want of memory), `captured CODE TROUBLE`.
 */
export function mainScript(plan: TaskPlan): string {
  const places = plan.made.flat().map(shellWord).join(" ");
  return `
attach() { mount -t ext4 -o "$2" "$(disk "$1")" "$3" || give_up "the disk $1 cannot be mounted"; }
attach tools ro,noatime ${toolsFolder}
mkdir ${spaceFolder} ${mountsFolder} /root
attach tree noatime ${treeFolder}
attach space noatime ${spaceFolder}
${plan.mounts.length > 0 ? `attach mounts ro,noatime ${mountsFolder}` : ""}
${plan.keepsLostFound ? "" : `rmdir ${treeFolder}/lost+found`}
rmdir ${spaceFolder}/lost+found
mkdir ${spaceFolder}/tmp ${spaceFolder}/notes ${spaceFolder}/upper ${spaceFolder}/work
# Programs of the tools run from here as well.
ln -s tools/usr /usr
for each in lib lib32 lib64 libx32; do [ ! -e "/usr/$each" ] || ln -s "usr/$each" "/$each"; done
mount --bind ${treeFolder} ${toolsFolder}/target
mount --bind ${spaceFolder}/notes ${toolsFolder}/tmp
mount --bind /dev ${toolsFolder}/dev
echo 0 > /proc/sys/user/max_user_namespaces
chroot ${toolsFolder} /bin/sh -c "$(cat /task/places)" places /target /tmp ${places} || give_up "places to mount at cannot be made"
chroot ${toolsFolder} /bin/sh -c "$(cat /task/mark)" mark /target /tmp || give_up "the state of the tree cannot be noted"
${plan.network ? networkUp : ""}
mount -t cgroup2 cgroup /sys/fs/cgroup
echo "+pids +memory" > /sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/task
echo ${mostProcesses} > /sys/fs/cgroup/task/pids.max
echo ${plan.memory} > /sys/fs/cgroup/task/memory.max

mkfifo /run/out /run/err
cat /run/out > /port/out & out=$!
cat /run/err > /port/err & err=$!
say started
(
  echo 0 > /sys/fs/cgroup/task/cgroup.procs
  exec 9>&-
  exec /usr/bin/unshare --mount --uts --ipc --pid ${plan.network ? "" : "--net"} --fork --kill-child /bin/sh /task/inside
) < /task/stdin > /run/out 2> /run/err
code=$?
wait $out $err
say room $(/usr/bin/stat -f -c '%a %S %d' ${treeFolder} ${spaceFolder})
say killed $(sed -n 's/^oom_kill //p' /sys/fs/cgroup/task/memory.events)
say exit $code
if [ $code = 0 ]; then
  chroot ${toolsFolder} /bin/sh -c "$(cat /task/capture)" capture /target /tmp > /port/data 2> /run/trouble
  say captured $? $(tail -c 1000 /run/trouble)
fi
`;
}

// The addresses of QEMU's own network.
const networkUp = `
for each in /modules/network/*; do insmod "$each"; done
left=100
while [ ! -e /sys/class/net/eth0 ] && [ $left -gt 0 ]; do sleep 0.05; left=$((left - 1)); done
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
echo "nameserver 10.0.2.3" > /run/resolv.conf
`;
