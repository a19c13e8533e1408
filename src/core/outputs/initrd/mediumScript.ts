import type { InitScript } from "./initScript.ts";
import type { MediumRoot } from "./rootFileSystem.ts";
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

/**
 * The initrd's /init of a live system: looks through all disks for the medium, puts memory over its squashfs and hands
 * over to the init there.
 */
export function mediumScript({ mark, squashfs }: MediumRoot): InitScript {
  return {
    applets: [...neededApplets, ...overlayApplets],
    folders: [...overlayFolders, "medium"],
    text: plan =>
      [
        beginning,
        words,
        moduleLoading(plan),
        finding(mark),
        waiting("find", "the medium", plan),
        `$b mount -t squashfs -o ro,loop "/medium/${squashfs}" /lower || stop "${squashfs} cannot be mounted as squashfs"`,
        overlayMount("", squashfs),
        handingOver(squashfs),
      ].join("\n"),
  };
}

const words = `init=
for word in $($b cat /proc/cmdline); do
  case $word in init=*) init=\${word#init=} ;; esac
done
`;

const finding = (mark: string): string => `find() {
  for disk in /sys/block/*; do
    case \${disk##*/} in loop*|ram*|zram*|fd*) continue ;; esac
    $b mount -t iso9660 -o ro "/dev/\${disk##*/}" /medium 2>/dev/null || continue
    if [ -e "/medium/${mark}" ]; then return 0; fi
    $b umount /medium
  done
  return 1
}
`;
