import type { FileEntry } from "../tree/entry.ts";
import { nameOf } from "../tree/path.ts";
import type { Tree, TreeEntry } from "../tree/tree.ts";
import { compareVersions } from "./compareVersions.ts";

/** The kernel that a tree is booted with. */
export interface TreeKernel {
  readonly entry: TreeEntry & FileEntry;
  /** Its release as `uname -r` says it; the name of its folder in lib/modules, where it has one. */
  readonly version: string;
}

const inBoot = /^(?:vmlinu[xz]|bzImage|Image)(?:\.gz)?(?:-(?<version>.+))?$/;

/**
 * The kernel image in a tree: a file `boot/vmlinuz-VERSION` (or `bzImage`, `Image`), or the `vmlinuz` that some
 * distributions keep among the modules. Of several the newest; undefined when there is none.
 */
export function findKernel(tree: Tree): TreeKernel | undefined {
  const releases = foldersIn(tree, "lib/modules");
  const versions = releases.map(nameOf);
  const found: TreeKernel[] = [];
  for (const entry of filesIn(tree, "boot")) {
    const match = inBoot.exec(nameOf(entry.path));
    if (!match || leftBehind.test(entry.path)) continue;
    found.push({ entry, version: releaseOf(match.groups?.["version"], versions) });
  }
  for (const folder of releases) {
    const entry = tree.get(`${folder}/vmlinuz`);
    if (entry?.type === "file") found.push({ entry, version: nameOf(folder) });
  }
  // The sort is stable: of two copies of one release the one in boot is first.
  return found.sort((a, b) => compareVersions(b.version, a.version))[0];
}

/**
 * Whether a path of a tree is a kernel image (or a link to one, as Debian has at the root): something that an
 * initramfs does not carry, because whoever loads it has the kernel already.
 */
export function isKernelImage(path: string): boolean {
  if (/^(?:usr\/)?lib\/modules\/[^/]+\/vmlinuz$/.test(path)) return true;
  const name = nameOf(path);
  if (path === name) return /^vmlinuz(?:\.old)?$/.test(name);
  return path === `boot/${name}` && (inBoot.test(name) || /^vmlinu[xz]\.old$/.test(name));
}

const leftBehind = /\.(?:old|bak|sig|dpkg-[a-z]+)$/;

// Some name their images by flavour (`vmlinuz-virt`); the release is then that of the only modules there are.
function releaseOf(suffix: string | undefined, releases: readonly string[]): string {
  if (suffix !== undefined && (releases.includes(suffix) || /^\d/.test(suffix))) return suffix;
  const [only] = releases;
  return only !== undefined && releases.length === 1 ? only : (suffix ?? "");
}

function filesIn(tree: Tree, folder: string): (TreeEntry & FileEntry)[] {
  return below(tree, folder).filter(entry => entry.type === "file");
}

function foldersIn(tree: Tree, folder: string): string[] {
  return below(tree, folder)
    .filter(entry => entry.type === "directory")
    .map(entry => entry.path);
}

/** Children of `folder`, which may be reached through a link (lib -> usr/lib). */
function below(tree: Tree, folder: string): readonly TreeEntry[] {
  const real = tree.resolve(folder);
  return real?.type === "directory" ? tree.children(real.path) : [];
}
