import { packEntries } from "../../../src/shared/protocol/entryColumns.ts";
import type { SizesState, StageSizes } from "../../../src/shared/protocol/sizes.ts";
import type { SizeEntry } from "../../../src/shared/report.ts";

type Files = Readonly<Record<string, readonly [bytes: number, stage: string, type?: SizeEntry["type"]]>>;

const kernel = "6.1.0-37-cloud-amd64";
const modules = `/usr/lib/modules/${kernel}`;

const drivers = [
  ["fs/btrfs", 1_534_000],
  ["fs/xfs", 1_312_000],
  ["fs/f2fs", 702_000],
  ["fs/nfs", 611_000],
  ["fs/overlayfs", 213_000],
  ["fs/fuse", 240_000],
  ["net/ipv4/netfilter", 330_000],
  ["net/netfilter", 980_000],
  ["net/sunrpc", 540_000],
  ["net/wireless", 71_000],
  ["drivers/net/virtio", 98_000],
  ["drivers/block", 310_000],
  ["drivers/nvme", 260_000],
  ["drivers/md", 890_000],
  ["drivers/virtio", 84_000],
  ["crypto", 420_000],
  ["lib", 150_000],
] as const;

/** A small image as the recipe `boots` gives it: BusyBox, Debian's cloud kernel, a few files. */
const bootsFiles: Files = {
  "/boot": [0, "kernel", "directory"],
  [`/boot/vmlinuz-${kernel}`]: [8_214_272, "kernel"],
  [`/boot/System.map-${kernel}`]: [83, "kernel"],
  [`/boot/config-${kernel}`]: [136_204, "kernel"],
  "/usr/bin/busybox": [2_014_912, "busybox"],
  "/usr/bin/ash": [0, "busybox", "symlink"],
  "/usr/bin/cat": [0, "busybox", "symlink"],
  "/usr/share/udhcpc/default.script": [2_652, "files"],
  "/usr/share/doc/busybox-static/copyright": [12_411, "busybox"],
  "/etc/passwd": [64, "files"],
  "/etc/group": [48, "files"],
  "/etc/fstab": [120, "files"],
  "/etc/inittab": [331, "files"],
  "/etc/hostname": [6, "files"],
  "/etc/empty": [0, "files"],
  "/etc/init.d/start": [2_380, "files"],
  "/dev/console": [0, "files", "char"],
  [`${modules}/modules.dep`]: [78_211, "kernel"],
  [`${modules}/modules.alias`]: [243_811, "kernel"],
  ...Object.fromEntries(
    drivers.flatMap(([folder, bytes]) =>
      [0.4, 0.25, 0.17, 0.09, 0.05, 0.03, 0.01].map((share, at) => [
        `${modules}/kernel/${folder}/${folder.replace(/.*\//, "")}${at === 0 ? "" : `-${at}`}.ko`,
        [Math.round(bytes * share), "kernel"] as const,
      ]),
    ),
  ),
};

const stage = (name: string, kind: string, removedBytes: number, seconds: number, cached: boolean) => ({
  name,
  kind,
  removedBytes,
  seconds,
  cached,
});

/** The stages' added bytes follow from the files, so that everything reconciles. */
export function stateOf(
  files: Files,
  stages: readonly Omit<StageSizes, "addedBytes">[],
  more: Partial<SizesState> = {},
): SizesState {
  const entries = Object.entries(files)
    .map(([path, [bytes, name, type = "file"]]): SizeEntry => ({ path, type, bytes, stage: name }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const sum = (list: readonly SizeEntry[]) => list.reduce((bytes, entry) => bytes + entry.bytes, 0);
  const removed = stages.reduce((bytes, each) => bytes + each.removedBytes, 0);
  return {
    recipe: "boots",
    phase: "ready",
    built: {
      builtAt: Date.now() - 3 * 60_000,
      totalBytes: sum(entries),
      files: entries.filter(entry => entry.type === "file").length,
      stages: stages.map(each => ({
        ...each,
        // What is removed later was added by the kernel stage.
        addedBytes:
          sum(entries.filter(entry => entry.stage === each.name)) + (each.kind === "kernel" ? removed : 0),
      })),
      packages: [],
      outputs: [
        {
          name: "initramfs",
          kind: "initramfs",
          path: "/home/ann/boots/out/boots/boots.cpio.zst",
          bytes: 6_912_345,
        },
        { name: "disk", kind: "disk", path: "/home/ann/boots/out/boots/boots.qcow2", bytes: 14_221_312 },
      ],
      entries: packEntries(
        entries,
        stages.map(each => each.name),
      ),
    },
    ...more,
  };
}

export const boots: SizesState = stateOf(bootsFiles, [
  stage("busybox", "busybox", 0, 0.42, true),
  stage("kernel", "kernel", 0, 3.91, false),
  stage("files", "files", 0, 0.02, false),
  stage("no wireless", "remove", 2_345_678, 0.01, false),
]);

/** One image for each way of looking odd. */
export const oddImages: Readonly<Record<string, SizesState>> = {
  "one huge file": stateOf({ "/vmlinuz": [8_214_272, "kernel"], "/init": [12, "files"] }, [
    stage("kernel", "kernel", 0, 1, false),
    stage("files", "files", 0, 0, false),
  ]),
  "nothing but empty files": stateOf({ "/etc/a": [0, "files"], "/etc/b": [0, "files"] }, [
    stage("files", "files", 0, 0, false),
  ]),
  "no entries at all": stateOf({}, []),
  "ten thousand siblings": stateOf(
    Object.fromEntries(
      Array.from(
        { length: 10_000 },
        (_, at) => [`/many/file${at}`, [at < 40 ? 90_000 - at * 2000 : 37, "files"]] as const,
      ),
    ),
    [stage("files", "files", 0, 0, false)],
  ),
  "very deep paths": stateOf(
    {
      [`${"/folder-with-a-long-name".repeat(60)}/file`]: [700_000, "files"],
      [`/usr/${"deep/".repeat(30)}a/one`]: [300_000, "files"],
      [`/usr/${"deep/".repeat(30)}b/two`]: [200_000, "kernel"],
    },
    [stage("kernel", "kernel", 0, 0, false), stage("files", "files", 0, 0, false)],
  ),
  "twelve stages": stateOf(
    Object.fromEntries(
      Array.from(
        { length: 12 },
        (_, at) => [`/opt/part${at}/data`, [400_000 - at * 25_000, `stage ${at + 1}`]] as const,
      ),
    ),
    Array.from({ length: 12 }, (_, at) => stage(`stage ${at + 1}`, "tree", 0, 0.1, at % 2 === 0)),
  ),
};
