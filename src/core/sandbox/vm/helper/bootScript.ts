/** Names of the serial ports between a guest and us. */
export const portNames = ["status", "out", "err", "data"] as const;
export type PortName = (typeof portNames)[number];

/** What the guest's first words on the status port say. */
export const readyWord = "ready";

const secondsForPorts = 20;

/**
 * The guest's /init: loads the drivers, finds the ports, and runs /task/main with `say`, `give_up` and `disk` at
 * hand. Whatever ends, the guest switches itself off.
 */
export const bootScript = `#!/bin/sh
export PATH=/bin
umask 022
broken() { echo "whittle: $*"; poweroff -f; sleep 60; }
mount -t proc proc /proc || broken "the kernel has no proc"
mount -t sysfs sysfs /sys || broken "the kernel has no sysfs"
mount -t devtmpfs dev /dev || broken "the kernel has no devtmpfs"
for each in /modules/boot/*; do
  insmod "$each" || broken "the module \${each##*/} cannot be loaded"
done

left=${secondsForPorts * 20}
while [ ! -e /port/${portNames.join(" ] || [ ! -e /port/")} ]; do
  for each in /sys/class/virtio-ports/*; do
    name=
    [ -r "$each/name" ] && read -r name < "$each/name"
    [ -z "$name" ] || ln -sf "/dev/\${each##*/}" "/port/$name"
  done
  left=$((left - 1))
  [ $left -gt 0 ] || broken "the serial ports did not appear within ${secondsForPorts} s"
  [ -e /port/${portNames.at(-1)} ] || sleep 0.05
done
exec 9> /port/status

# One line a message: a word, perhaps with more behind it.
say() { echo "$*" >&9; }
give_up() { say "broken $*"; sync; poweroff -f; sleep 60; }
# The device of the disk that was attached under a name.
disk() {
  for each in /sys/block/vd*; do
    serial=
    read -r serial < "$each/serial"
    if [ "$serial" = "$1" ]; then echo "/dev/\${each##*/}"; return; fi
  done
  give_up "there is no disk $1"
}
say ${readyWord}
while sleep 5; do say alive; done &
. /task/main
say done
sync
poweroff -f
sleep 60
`;

/** Programs of BusyBox that /init and the tasks call. */
export const applets: readonly string[] = [
  ...[
    "awk",
    "basename",
    "blkid",
    "cat",
    "chmod",
    "chroot",
    "cp",
    "cut",
    "date",
    "dd",
    "df",
    "dirname",
    "echo",
    "env",
  ],
  ...[
    "find",
    "grep",
    "head",
    "hostname",
    "id",
    "ifconfig",
    "insmod",
    "ip",
    "kill",
    "killall5",
    "ln",
    "ls",
    "mkdir",
  ],
  ...[
    "mkfifo",
    "mknod",
    "mount",
    "mountpoint",
    "mv",
    "nproc",
    "poweroff",
    "ps",
    "pwd",
    "readlink",
    "rm",
    "rmdir",
  ],
  ...[
    "route",
    "sed",
    "setsid",
    "sh",
    "sleep",
    "sort",
    "stat",
    "stty",
    "sync",
    "tail",
    "tar",
    "test",
    "touch",
    "tr",
  ],
  ...["true", "false", "udhcpc", "umount", "uname", "unshare", "wc", "which", "xargs"],
];
