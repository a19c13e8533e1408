/**
 * The guest's task for a disk image: mounts what can be mounted, chooses the partition that looks most like the root
 * of a system (or the one in /task/partition) and sends it as a tar. Tells of each partition:
 * `part NUMBER TYPE BYTES`, `looks NUMBER root|release|other USED-KIB`, `unmounted NUMBER TYPE why`; then `chosen NUMBER TYPE`.
 */
export const imageScript = `
image=$(disk image)
mount -t ext4 -o ro "$(disk tools)" /tools || give_up "the tools disk cannot be mounted"
mount --bind /dev /tools/dev
mount -t proc proc /tools/proc
for each in /modules/filesystems/*; do insmod "$each" 2>/dev/null; done
wanted=$(cat /task/partition)

# What lies on a device, as blkid says it.
type_of() { chroot /tools /usr/sbin/blkid -p -o value -s TYPE "$1" 2>/dev/null || chroot /tools /usr/sbin/blkid -p -o value -s PTTYPE "$1" 2>/dev/null; }
options() {
  case $1 in
    xfs) echo ro,nouuid ;;
    vfat) echo ro,utf8,uid=0,gid=0,umask=022 ;;
    *) echo ro ;;
  esac
}
is_root() { [ -d "$1/etc" ] && { [ -d "$1/usr" ] || [ -d "$1/bin" ]; }; }
has_release() { [ -e "$1/etc/os-release" ] || [ -L "$1/etc/os-release" ] || [ -e "$1/usr/lib/os-release" ]; }

# Mounts a device at a place; of a btrfs, the subvolume that holds a system.
attach() {
  mount -t "$2" -o "$(options "$2")" "$1" "$3" 2>/mnt/why || return 1
  [ "$2" = btrfs ] || return 0
  is_root "$3" && return 0
  for sub in @ root @rootfs @root rootfs; do
    is_root "$3/$sub" || continue
    umount "$3" && mount -t btrfs -o "ro,subvol=$sub" "$1" "$3" && say subvolume "$sub"
    return
  done
  return 0
}

devices=
for each in /sys/block/\${image#/dev/}/\${image#/dev/}[0-9]*; do
  [ -e "$each/partition" ] && devices="$devices $(cat "$each/partition")"
done
[ -n "$devices" ] || devices=0
best= best_rank=0 best_used=-1
for number in $(for each in $devices; do echo "$each"; done | sort -n); do
  device=$image
  [ "$number" = 0 ] || device=$image$number
  type=$(type_of "$device")
  [ -n "$type" ] || type=unknown
  say part "$number" "$type" "$(($(cat "/sys/class/block/\${device#/dev/}/size") * 512))"
  place=/mnt/$number
  mkdir -p "$place"
  case $type in
    unknown | crypto_LUKS | LVM2_member | linux_raid_member | zfs_member | swap | bcache | drbd) continue ;;
  esac
  if ! attach "$device" "$type" "$place"; then
    if grep -qw "$type" /proc/filesystems; then why=damaged; else why=driver; fi
    say unmounted "$number" "$type" "$why" "$(tr '\\n' ' ' < /mnt/why)"
    continue
  fi
  rank=1 looks=other
  if is_root "$place"; then rank=2 looks=root; has_release "$place" && rank=3 looks=release; fi
  used=$(df -k "$place" | awk 'NR > 1 { print $3 }' | tail -n 1)
  say looks "$number" "$looks" "$used"
  if [ "$wanted" = "$number" ]; then best=$number best_type=$type best_rank=9; fi
  if [ $rank -gt $best_rank ] || { [ $rank = 1 ] && [ $best_rank = 1 ] && [ "$used" -gt "$best_used" ]; }; then
    best=$number best_type=$type best_rank=$rank best_used=$used
  fi
done
if [ -n "$wanted" ] && [ "$best" != "$wanted" ]; then best=; fi
if [ -n "$best" ]; then
  say chosen "$best" "$best_type"
  mount --bind "/mnt/$best" /tools/target
  case $best_type in ext*) left=./lost+found ;; *) left=./.whittle-nothing ;; esac
  chroot /tools /usr/bin/tar --create --directory=/target --sort=name --numeric-owner --sparse --xattrs --xattrs-include='*' \\
    --format=pax --pax-option=delete=atime,delete=ctime --exclude="$left" --anchored . > /port/data 2> /port/err
  say tar $?
fi
`;
