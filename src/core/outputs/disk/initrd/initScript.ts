/** Where the modules lie in the initrd. */
export const moduleFolder = "modules";
const secondsToWait = 10;

/**
 * The initrd's /init: loads the modules, waits for the disk that the kernel's `root=` names, mounts it and hands over
 * to its init. What goes wrong is said on the console; ending it then makes the kernel stop, visibly.
 * @param modules file names in /modules, in the order to load them
 */
export function initScript(modules: readonly string[]): string {
  return `#!/bin/busybox sh
b=/bin/busybox
say() { $b echo "initrd: $*"; }
stop() { say "$*"; say "disks found:" $($b ls /sys/block 2>/dev/null); exit 1; }

$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs dev /dev || stop "the kernel has no devtmpfs (CONFIG_DEVTMPFS)"

root=/dev/vda type=ext4 flags= mode=ro init=
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
  $b insmod /${moduleFolder}/$module || stop "the module $module cannot be loaded"
done

seconds=0
while [ ! -b "$root" ]; do
  [ $seconds -lt ${secondsToWait} ] || stop "the disk $root did not appear within ${secondsToWait} s"
  $b sleep 1
  seconds=$((seconds + 1))
done

$b mount -t "$type" -o "$mode$flags" "$root" /root || stop "$root cannot be mounted as $type"
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

/** What initScript() leans on. */
export const neededApplets = [
  "sh",
  "echo",
  "ls",
  "mount",
  "cat",
  "insmod",
  "sleep",
  "umount",
  "switch_root",
] as const;
