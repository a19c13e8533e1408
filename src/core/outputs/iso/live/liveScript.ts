/** Folders of the initrd besides those that a script can make. */
export const liveFolders = [
  "bin",
  "dev",
  "lower",
  "medium",
  "modules",
  "proc",
  "root",
  "sys",
  "upper",
] as const;
const secondsToWait = 30;

export const liveApplets = [
  ...["sh", "echo", "ls", "mount", "umount", "cat", "insmod", "sleep", "mkdir", "switch_root"],
] as const;

/**
 * The initrd's /init of a live system: loads the modules, looks through all disks for the medium, puts memory over its
 * squashfs and hands over to the init there. What goes wrong is said on the console; ending then makes the kernel stop,
 * visibly.
 * @param modules file names in /modules, in the order to load them
 * @param mark a file that only this medium has
 * @param root the squashfs on the medium
 */
export function liveScript(modules: readonly string[], mark: string, root: string): string {
  return `#!/bin/busybox sh
b=/bin/busybox
say() { $b echo "initrd: $*"; }
stop() {
  say "$*"
  say "disks found:" $($b ls /sys/block 2>/dev/null)
  exit 1
}

$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs dev /dev || stop "the kernel has no devtmpfs (CONFIG_DEVTMPFS)"

init=
for word in $($b cat /proc/cmdline); do
  case $word in init=*) init=\${word#init=} ;; esac
done

# Those for hardware that is not here fail, and may.
for module in ${modules.join(" ")}; do
  $b insmod /modules/$module 2>/dev/null
done

find_medium() {
  for disk in /sys/block/*; do
    case \${disk##*/} in loop*|ram*|zram*|fd*) continue ;; esac
    $b mount -t iso9660 -o ro "/dev/\${disk##*/}" /medium 2>/dev/null || continue
    if [ -e "/medium/${mark}" ]; then return 0; fi
    $b umount /medium
  done
  return 1
}

seconds=0
until find_medium; do
  [ $seconds -lt ${secondsToWait} ] || stop "the medium did not appear within ${secondsToWait} s"
  $b sleep 1
  seconds=$((seconds + 1))
done

$b mount -t squashfs -o ro,loop "/medium/${root}" /lower || stop "${root} cannot be mounted as squashfs"
$b mount -t tmpfs -o mode=0755 tmpfs /upper || stop "the kernel has no tmpfs (CONFIG_TMPFS)"
$b mkdir /upper/data /upper/work
$b mount -t overlay -o "lowerdir=/lower,upperdir=/upper/data,workdir=/upper/work" overlay /root ||
  stop "${root} cannot be mounted under an overlay"

for each in $init /sbin/init /etc/init /bin/init /bin/sh; do
  if [ -e "/root$each" ] || [ -L "/root$each" ]; then
    $b umount /sys
    $b umount /proc
    if [ -d /root/dev ]; then $b mount --move /dev /root/dev; fi
    exec $b switch_root /root "$each"
  fi
done
stop "${root} has no init: looked for $init /sbin/init /etc/init /bin/init /bin/sh"
`;
}
