/** A recipe to start from: BusyBox and nothing else on Debian's cloud kernel; boots to a shell. */
export function recipeTemplate(name: string): string {
  return `name: ${name}
description: BusyBox on Debian's cloud kernel

stages:
  - kernel: { package: linux-image-cloud-amd64, modules: none }
  - busybox: { applets: all }
  - files:
      - { path: /proc, directory: true }
      - { path: /sys, directory: true }
      - { path: /dev, directory: true }
      - { path: /etc/hostname, content: "${name}\\n" }
      - path: /etc/inittab
        content: |
          ::sysinit:/bin/mount -t proc proc /proc
          ::sysinit:/bin/mount -t sysfs sysfs /sys
          ::sysinit:/bin/mount -t devtmpfs devtmpfs /dev
          ::sysinit:/bin/hostname -F /etc/hostname
          ttyS0::respawn:-/bin/sh

outputs:
  - initramfs: { compress: zstd }

boot:
  memory: 128M
  cmdline: console=ttyS0 quiet
  ready: "# "
`;
}
