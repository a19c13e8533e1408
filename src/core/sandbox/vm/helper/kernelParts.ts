import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PackageVersion } from "../../../debian/package.ts";
import { type KernelModule, readModuleIndex } from "../../../kernel/moduleIndex.ts";
import { compressTo } from "../../../outputs/compress/compressTo.ts";
import { type CpioSource, planNewc } from "../../../outputs/initramfs/newc.ts";
import { moduleBytes } from "../../../outputs/initrd/moduleBytes.ts";
import type { Entry } from "../../../tree/entry.ts";
import { readTreeFile } from "../../../tree/readFile.ts";
import type { Tree } from "../../../tree/tree.ts";
import { applets, bootScript } from "./bootScript.ts";
import { busyboxProgram } from "./busyboxProgram.ts";
import { guestModules } from "./guestModules.ts";
import { type HelperWork, kernelTree } from "./kernelTree.ts";

const folders = [
  "bin",
  "dev",
  "mnt",
  "modules",
  "port",
  "proc",
  "run",
  "sys",
  "task",
  "tmp",
  "tools",
  "tree",
];
const owner = { uid: 0, gid: 0, mtime: 0 };

/** Files of a helper system beside its tools disks. */
export const helperFiles = {
  kernel: "kernel",
  boot: "boot.cpio.gz",
  fileSystems: "filesystems.cpio.gz",
} as const;

/** Writes the kernel and the parts of its initramfs into `folder`. */
export async function makeKernelParts(
  folder: string,
  packages: readonly PackageVersion[],
  busybox: PackageVersion,
  work: HelperWork,
): Promise<void> {
  const { tree, kernel } = await kernelTree(packages, work);
  await writeFile(join(folder, helperFiles.kernel), await readTreeFile(kernel.entry));
  const modules = guestModules(await readModuleIndex(tree, kernel.version));
  const program = await busyboxProgram(work.host, busybox, work);
  const base: CpioSource[] = [
    ...folders.map(path => folderSource(path)),
    { entry: { type: "char", path: "dev/console", mode: 0o600, major: 5, minor: 1, ...owner } },
    fileSource("bin/busybox", 0o755, program),
    ...applets.map((name): CpioSource => {
      return { entry: { type: "symlink", path: `bin/${name}`, mode: 0o777, target: "busybox", ...owner } };
    }),
    fileSource("init", 0o755, Buffer.from(bootScript)),
    ...(await moduleSources("boot", modules.boot, tree, work)),
    ...(await moduleSources("network", modules.network, tree, work)),
  ];
  await writeMember(join(folder, helperFiles.boot), base, work);
  const more = await moduleSources("filesystems", modules.fileSystems, tree, work);
  await writeMember(join(folder, helperFiles.fileSystems), more, work);
}

async function writeMember(path: string, sources: readonly CpioSource[], work: HelperWork): Promise<void> {
  const archive = planNewc(sources);
  const options = { signal: work.signal, bytes: archive.bytes };
  await compressTo(work.host, { method: "gzip", level: 9 }, archive.write(work.signal), path, options);
}

/** Named so that the order of the names is the order to load them. */
async function moduleSources(
  folder: string,
  modules: readonly KernelModule[],
  tree: Tree,
  work: HelperWork,
): Promise<CpioSource[]> {
  const scratch = work.temp.file();
  const sources = [folderSource(`modules/${folder}`)];
  for (const [index, { name, path }] of modules.entries()) {
    const file = tree.resolve(path);
    if (file?.type !== "file") throw new Error(`${path} is not in the kernel's packages.`);
    const bytes = await moduleBytes(work.host, file, scratch, work.signal);
    const order = String(index).padStart(3, "0");
    sources.push(fileSource(`modules/${folder}/${order}-${name}.ko`, 0o644, bytes));
  }
  return sources;
}

function folderSource(path: string): CpioSource {
  return { entry: { type: "directory", path, mode: 0o755, ...owner } };
}

function fileSource(path: string, mode: number, content: Buffer): CpioSource {
  const entry: Entry = { type: "file", path, mode, ...owner, size: content.length, offset: 0 };
  return { entry, content };
}
