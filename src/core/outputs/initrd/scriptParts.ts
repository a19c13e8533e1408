import type { DriverPlan } from "./driverPlan.ts";

/** Where the modules lie in the initrd. */
export const moduleFolder = "modules";
/** Seconds after which modules are loaded that nothing asked for. */
const patience = 3;
/** A disk of a virtual machine is there at once; one on USB is not. */
const secondsToWait = { virtio: 10, others: 30 } as const;

/** What all parts of the script lean on. */
export const neededApplets: readonly string[] = [
  ...["sh", "echo", "ls", "mount", "umount", "cat", "insmod", "sleep", "switch_root"],
];

/**
 * The beginning of an initrd's /init. What goes wrong is said on the console; ending the script then makes the kernel
 * stop, visibly.
 */
export const beginning = `#!/bin/busybox sh
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
`;

/** Loads what is needed everywhere, and defines how the rest comes: `probe`, for the hardware that is here. */
export function moduleLoading({ always, asked, modules }: DriverPlan): string {
  const cases = asked.map(({ asks, modules: names }) => {
    return `  case $1 in ${asks.join("|")}) load ${names.join(" ")} ;; esac\n`;
  });
  return `loaded=" "
load() {
  for module; do
    case $loaded in *" $module "*) continue ;; esac
    loaded="$loaded$module "
    # Some only serve other processors, and say so: whether enough of them work shows below.
    said=$($b insmod "/${moduleFolder}/$module.ko" 2>&1) || missed="$missed $said"
  done
}
# What a device says of itself decides on the modules for it.
ask() {
${cases.join("") || "  :\n"}}
probe() {
  for each in /sys/bus/*/devices/*/modalias; do
    [ -r "$each" ] && read -r alias < "$each" && ask "$alias"
  done
}
everything() { load ${modules.map(({ name }) => name).join(" ")}; }
now() { read -r uptime rest < /proc/uptime; now=\${uptime%%.*}; }
load ${always.join(" ")}
`;
}

/**
 * Waits until the command succeeds, loading drivers for what appears.
 * @param command of the script
 * @param what is waited for, for the message
 */
export function waiting(command: string, what: string, { open }: DriverPlan): string {
  const soon = open.every(({ name }) => name.startsWith("virtio"));
  const seconds = soon ? secondsToWait.virtio : secondsToWait.others;
  return `now
began=$now
until probe; ${command}; do
  now
  # Hardware may ask in words that are not known here.
  [ $((now - began)) -lt ${patience} ] || everything
  [ $((now - began)) -lt ${seconds} ] || stop "${what} did not appear within ${seconds} s"
  $b sleep 0.1 2>/dev/null || $b sleep 1
done
`;
}

/** Mounts, over /lower, memory that takes what is written to /root. */
export const overlayMount = (
  mode: string,
  what: string,
): string => `$b mount -t tmpfs -o mode=0755 tmpfs /upper || stop "the kernel has no tmpfs (CONFIG_TMPFS)"
$b mkdir /upper/data /upper/work
$b mount -t overlay -o "${mode}lowerdir=/lower,upperdir=/upper/data,workdir=/upper/work" overlay /root ||
  stop "${what} cannot be mounted under an overlay"
`;
export const overlayFolders = ["lower", "upper"] as const;
export const overlayApplets = ["mkdir"] as const;

/** Hands over to the init of the root, which is mounted on /root. */
export const handingOver = (
  what: string,
): string => `for each in $init /sbin/init /etc/init /bin/init /bin/sh; do
  if [ -e "/root$each" ] || [ -L "/root$each" ]; then
    $b umount /sys
    $b umount /proc
    if [ -d /root/dev ]; then $b mount --move /dev /root/dev; fi
    exec $b switch_root /root "$each"
  fi
done
stop "${what} has no init: looked for $init /sbin/init /etc/init /bin/init /bin/sh"
`;
