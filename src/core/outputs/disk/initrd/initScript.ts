import type { RootFileSystem } from "./rootFileSystem.ts";

/** Where the modules lie in the initrd. */
export const moduleFolder = "modules";
const secondsToWait = 10;

/** Where a root lies that stays as it is, and what is written over it. */
export const overlayFolders = ["lower", "upper"] as const;

/**
 * The initrd's /init: loads the modules, waits for the disk that the kernel's `root=` names, mounts it and hands over
 * to its init. What goes wrong is said on the console; ending it then makes the kernel stop, visibly.
 * @param modules file names in /modules, in the order to load them
 */
export function initScript(modules: readonly string[], root: RootFileSystem): string {
  return `#!/bin/busybox sh
b=/bin/busybox
say() { $b echo "initrd: $*"; }
missed=
stop() {
  say "$*"
  say "disks found:" $($b ls /sys/block 2>/dev/null)
  [ -z "$missed" ] || say "modules that could not be loaded: $missed"
  exit 1
}

$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs dev /dev || stop "the kernel has no devtmpfs (CONFIG_DEVTMPFS)"

root=/dev/vda type=${root.type} flags= mode=ro init=
for word in $($b cat /proc/cmdline); do
  case $word in
    root=*) root=\${word#root=} ;;
    rootfstype=*) type=\${word#rootfstype=} ;;
    rootflags=*) flags=,\${word#rootflags=} ;;
    init=*) init=\${word#init=} ;;
    ro|rw) mode=$word ;;
  esac
done

for module in ${modules.join(" ")}; do
  # Some only serve other processors, and say so: whether enough of them work shows below.
  said=$($b insmod /${moduleFolder}/$module 2>&1) || missed="$missed $said"
done

# Sets root, once the disk is there that it is named by.
find() {
  case $wanted in
    UUID=*|LABEL=*) root=$($b findfs "$wanted" 2>/dev/null) ;;
    PARTUUID=*) root=$(partition "\${wanted#PARTUUID=}") ;;
  esac
  [ -b "$root" ]
}
# The device of a partition: of a GPT by its uuid, of an MBR by the disk's signature and its number.
partition() {
  for each in /sys/block/*/*/partition; do
    [ -r "$each" ] || continue
    folder=\${each%/partition} number=$($b cat "$each")
    disk=/dev/$($b basename "\${folder%/*}")
    mbr=$($b dd if="$disk" bs=4 skip=110 count=1 2>/dev/null | $b hexdump -e '1/4 "%08x"')
    mbr=$mbr-$($b printf %02x "$number")
    gpt=$($b dd if="$disk" bs=16 skip=$((number * 8 + 57)) count=1 2>/dev/null |
      $b hexdump -e '1/4 "%08x-" 2/2 "%04x-" 2/1 "%02x" "-" 6/1 "%02x"')
    if [ "$1" = "$mbr" ] || [ "$1" = "$gpt" ]; then echo "/dev/$($b basename "$folder")"; return; fi
  done
}
wanted=$root

seconds=0
until find; do
  [ $seconds -lt ${secondsToWait} ] || stop "the disk $wanted did not appear within ${secondsToWait} s"
  $b sleep 1
  seconds=$((seconds + 1))
done

${root.overlay ? mountUnderOverlay : mountPlainly}
for each in $init /sbin/init /etc/init /bin/init /bin/sh; do
  if [ -e "/root$each" ] || [ -L "/root$each" ]; then
    $b umount /sys
    $b umount /proc
    if [ -d /root/dev ]; then $b mount --move /dev /root/dev; fi
    exec $b switch_root /root "$each"
  fi
done
stop "$root has no init: looked for $init /sbin/init /etc/init /bin/init /bin/sh"
`;
}

const mountPlainly = `$b mount -t "$type" -o "$mode$flags" "$root" /root || stop "$root cannot be mounted as $type"`;

const mountUnderOverlay = `$b mount -t "$type" -o "ro$flags" "$root" /lower || stop "$root cannot be mounted as $type"
$b mount -t tmpfs -o mode=0755 tmpfs /upper || stop "the kernel has no tmpfs (CONFIG_TMPFS)"
$b mkdir /upper/data /upper/work
$b mount -t overlay -o "$mode,lowerdir=/lower,upperdir=/upper/data,workdir=/upper/work" overlay /root ||
  stop "$root cannot be mounted under an overlay"`;

/** What initScript() leans on. */
export function neededApplets(root: RootFileSystem): readonly string[] {
  const always = [
    "sh",
    "echo",
    "ls",
    "mount",
    "cat",
    "insmod",
    "sleep",
    "umount",
    "switch_root",
    "findfs",
    "basename",
    "dd",
    "hexdump",
    "printf",
  ];
  return root.overlay ? [...always, "mkdir"] : always;
}
