import type { InitScript } from "./initScript.ts";
import type { RootFileSystem } from "./rootFileSystem.ts";
import {
  beginning,
  handingOver,
  moduleLoading,
  neededApplets,
  overlayApplets,
  overlayFolders,
  overlayMount,
  waiting,
} from "./scriptParts.ts";

const own = ["findfs", "basename", "dd", "hexdump", "printf"];
const usualRoot = "/dev/vda";

/**
 * The initrd's /init for a disk: waits for the one that the kernel's `root=` names, mounts it and hands over to its
 * init.
 * @param device the root where the command line names none
 */
export function diskScript(root: RootFileSystem, device = usualRoot): InitScript {
  return {
    applets: [...neededApplets, ...own, ...(root.overlay ? overlayApplets : [])],
    folders: root.overlay ? overlayFolders : [],
    text: plan =>
      [
        beginning,
        words(root, device),
        moduleLoading(plan),
        finding,
        waiting("find", "the disk $wanted", plan),
        root.overlay ? mountUnderOverlay : mountPlainly,
        handingOver("$root"),
      ].join("\n"),
  };
}

const words = (
  { type }: RootFileSystem,
  device: string,
): string => `root=${device} type=${type} flags= mode=ro init=
for word in $($b cat /proc/cmdline); do
  case $word in
    root=*) root=\${word#root=} ;;
    rootfstype=*) type=\${word#rootfstype=} ;;
    rootflags=*) flags=,\${word#rootflags=} ;;
    init=*) init=\${word#init=} ;;
    ro|rw) mode=$word ;;
  esac
done
wanted=$root
`;

const finding = `# Sets root, once the disk is there that it is named by.
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
`;

const mountPlainly = `$b mount -t "$type" -o "$mode$flags" "$root" /root || stop "$root cannot be mounted as $type"
`;

const mountUnderOverlay = `$b mount -t "$type" -o "ro$flags" "$root" /lower || stop "$root cannot be mounted as $type"
${overlayMount("$mode,", "$root")}`;
