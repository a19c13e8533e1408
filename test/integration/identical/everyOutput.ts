import { execFile } from "node:child_process";
import { chmod, cp, link, mkdir, open, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const ownLoader = "el_torito: { image: loader.bin, boot_info_table: true }";

const extra = [
  "[{ label: many, from: /opt }, { label: shared, filesystem: vfat, from: /srv/many, size: 8M }",
  "{ label: safe, filesystem: btrfs, from: /var/lib }, { label: more, filesystem: swap, size: 4M }",
  "{ label: room, filesystem: none, size: 1M }]",
].join(", ");

/** Parameters of each output, by kind: every way through the code that gives other bytes. */
const parameters: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  initramfs: {
    "ram-gzip": "compress: gzip, level: 1",
    "ram-xz": "compress: xz",
    "ram-zstd": "compress: zstd",
    "ram-none": "compress: none",
  },
  disk: {
    plain: "label: plain",
    qcow2: "format: qcow2",
    "qcow2-zlib": "format: qcow2, compress: zlib, filesystem: ext2",
    "qcow2-zstd": "format: qcow2, compress: zstd, filesystem: ext3",
    vmdk: "format: vmdk",
    "vmdk-stream": "format: vmdk, compress: true",
    vdi: "format: vdi",
    vhdx: "format: vhdx",
    gpt: "partitions: gpt, swap: 4M",
    mbr: "partitions: mbr, swap: 4M, size: 128M",
    "grub-bios": "firmware: bios",
    "grub-both": "firmware: both, swap: 4M",
    "grub-both-mbr": "firmware: both, partitions: mbr",
    "syslinux-mbr": "firmware: bios, bootloader: syslinux",
    "syslinux-gpt": "firmware: bios, bootloader: syslinux, partitions: gpt",
    "efi-uki": "firmware: uefi, bootloader: uki",
    "efi-systemd": "firmware: uefi, bootloader: systemd-boot",
    btrfs: "filesystem: btrfs",
    "btrfs-bios": "filesystem: btrfs, firmware: bios",
    "squashfs-uefi": "filesystem: squashfs, firmware: uefi, bootloader: uki",
    "erofs-bios": "filesystem: erofs, firmware: bios",
    overlay: "overlay: true, initrd: auto",
    extra: `partitions: gpt, extra: ${extra}`,
    "extra-mbr": "extra: [{ label: shared, filesystem: vfat, from: /srv/many }], swap: 4M",
  },
  iso: {
    hybrid: "",
    "live-hybrid": "root: squashfs",
    "bios-cd": "firmware: [bios], compress: xz, level: 1, timeout: 3",
    "uefi-cd": "firmware: [uefi], root: squashfs, compress: gzip, level: 3",
    "own-bios": `${ownLoader}, archive: { from_tree: /etc, as: /root.cpio, compress: gzip }, files: [/srv/**], pack: gz`,
    "own-uefi":
      "el_torito: { from_tree: /srv/loader, platform: uefi }, archive: { from_tree: /srv, as: /root.cpio, format: newc }, files: [/etc/**], pack: xz",
    "own-both": `el_torito: [{ from_tree: /srv/loader }, { image: loader.bin, platform: uefi }], files: [/srv/**], pack: zst`,
  },
  initrd: { initrd: "", "initrd-btrfs": "filesystem: btrfs, root: LABEL=there" },
  uki: {
    efi: "cmdline: quiet",
    "efi-signed": "sign: { key: db.key, certificate: db.crt }, compress: xz, level: 1",
  },
  squashfs: {
    "squash-gzip": "compress: gzip, level: 3",
    "squash-xz": "compress: xz, blockSize: 1M",
    "squash-zstd": "compress: zstd",
    "squash-lz4": "compress: lz4, overlay: false",
  },
  erofs: {
    erofs: "overlay: false",
    "erofs-lz4": "compress: lz4, clusterSize: 64K",
    "erofs-none": "compress: none",
  },
  oci: {
    "oci-gzip": "level: 3, env: { B: b, A: a }, labels: { y: b, x: a }",
    "oci-zstd": "compress: zstd, flatten: true",
    "oci-none": "compress: none",
  },
  tar: {
    tar: "",
    "tar-gzip": "compress: gzip, level: 1",
    "tar-xz": "compress: xz, level: 1",
    "tar-zstd": "compress: zstd",
  },
};

/** The kinds that the recipe has an output of. */
export const kindsBuilt: readonly string[] = Object.keys(parameters);

export const outputNames: readonly string[] = Object.values(parameters).flatMap(named => Object.keys(named));

function recipe(): string {
  const outputs = Object.entries(parameters).flatMap(([kind, named]) =>
    Object.entries(named).map(([name, given]) => `  - name: ${name}\n    ${kind}: { ${given} }\n`),
  );
  return `name: every
version: "1.0"
stages:
  - kernel: { file: kernel/vmlinuz, modules: kernel/modules }
  - busybox: { applets: all }
  - tree: folder
  - name: odd files
    files:
      - { path: /dev/console, device: "c 5:1", mode: "0600" }
      - { path: /dev/far, device: "b 259:70000", owner: "0:6" }
      - { path: /srv/far, content: "far away", owner: "70000:200000", mode: "4755" }
      - { path: /srv/noted, content: "noted", xattrs: { user.note: "hi", security.capability: "0x0100000200200000000000000000000000000000" } }
      - { path: /srv/loader, source: loader.bin }
      - { path: /srv/ümlaut ✓, content: "x" }
      - { path: /opt/some/tool, content: "tool", owner: "9:10", mode: "4755" }
      - { path: /opt/other, link: some/tool }
      - { path: /var/lib/state, content: "state", owner: "7:8" }
      - { path: /tmp, directory: true, mode: "1777" }
      - { path: /sbin/init, link: ../bin/busybox }
  - remove: [/srv/gone]
outputs:
${outputs.join("")}`;
}

/** Makes a person's key for Secure Boot, and its certificate. */
export async function makeKey(folder: string): Promise<void> {
  const made = ["-keyout", join(folder, "db.key"), "-out", join(folder, "db.crt")];
  const asked = ["req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj", "/CN=test"];
  await run("openssl", [...asked, ...made]);
}

/**
 * Writes the recipe and its files.
 * @param parts folder with the kernel and the key
 * @param later whether the files are made in another order, with other times
 * @returns path of the recipe
 */
export async function writeRecipe(folder: string, parts: string, later: boolean): Promise<string> {
  const loader = Buffer.alloc(3000, "boot ");
  const many = Array.from(
    { length: 300 },
    (_, index) => [`folder/srv/many/${index}`, `file ${index}\n`] as const,
  );
  const files: (readonly [string, string | Buffer])[] = [
    ["every.whittle.yaml", recipe()],
    ["loader.bin", loader],
    ["folder/etc/fstab", "# none\n"],
    ["folder/srv/gone", "gone"],
    ["folder/srv/text", "some text, ".repeat(90_000)],
    ["folder/srv/random", noise(200_000)],
    ...many,
  ];
  if (later) files.reverse();
  await cp(parts, folder, { recursive: true });
  for (const name of ["db.key", "db.crt", "kernel/vmlinuz"]) await chmod(join(folder, name), 0o600);
  for (const [name, content] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    await chmod(path, 0o644);
    if (later) await utimes(path, 1_600_000_000, 1_600_000_000);
  }
  const at = (name: string): string => join(folder, "folder", name);
  const sparse = await open(at("srv/sparse"), "w", 0o644);
  await sparse.truncate(3_000_000);
  await sparse.write("end", 2_000_000);
  await sparse.chmod(0o644);
  await sparse.close();
  await link(at("srv/text"), at("srv/again"));
  await symlink("../srv/text", at("etc/text"));
  for (const each of ["", "etc", "srv", "srv/many"]) await chmod(at(each), 0o755);
  return join(folder, "every.whittle.yaml");
}

/** Bytes that nothing compresses, the same each time. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
