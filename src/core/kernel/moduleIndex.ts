import { Failure } from "../failure.ts";
import { readTreeFile } from "../tree/readFile.ts";
import type { Tree } from "../tree/tree.ts";
import { dependenciesIn, moduleName, pairsIn, type Softdep, softdepsIn } from "./moduleLists.ts";

/** A loadable module of a tree. */
export interface KernelModule {
  /** As the kernel calls it: `virtio_blk`. */
  readonly name: string;
  /** In the tree, e.g. `usr/lib/modules/6.1.0/kernel/drivers/block/virtio_blk.ko.xz`. */
  readonly path: string;
  /** Names of the modules that must be there before; theirs are not repeated. */
  readonly depends: readonly string[];
}

/** What depmod and the kernel's build wrote down about the modules of one release. */
export interface ModuleIndex {
  readonly release: string;
  /** Undefined when the tree does not say what is built in. */
  readonly builtin: ReadonlySet<string> | undefined;
  /** Where that is not said but the kernel's configuration is there: options that are built in (`CONFIG_EXT4_FS`). */
  readonly options?: ReadonlySet<string> | undefined;
  readonly modules: ReadonlyMap<string, KernelModule>;
  readonly softdeps: ReadonlyMap<string, Softdep>;
  /** From an alias without wildcards (`crc32c`) to the modules that answer to it. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads lib/modules/RELEASE of a tree. Without that folder, or for an empty release, there are no modules and it is
 * not known what is built in.
 * @throws Failure `modules-not-indexed` when modules are there but no modules.dep.
 */
export async function readModuleIndex(tree: Tree, release: string): Promise<ModuleIndex> {
  const folder = release === "" ? undefined : tree.resolve(`lib/modules/${release}`)?.path;
  const read = async (name: string): Promise<string | undefined> => {
    const file = folder === undefined ? undefined : tree.resolve(`${folder}/${name}`);
    return file?.type === "file" ? (await readTreeFile(file)).toString("utf8") : undefined;
  };
  const dep = await read("modules.dep");
  if (folder !== undefined && dep === undefined && hasModules(tree, folder)) throw notIndexed(folder);
  const builtin = await read("modules.builtin");
  const modules = new Map<string, KernelModule>();
  for (const { path, depends } of dependenciesIn(dep ?? "")) {
    const full = path.startsWith("/") ? path.slice(1) : `${folder}/${path}`;
    // Stages may have removed modules after depmod ran: what is not in the tree does not count.
    const entry = tree.resolve(full);
    if (entry?.type !== "file") continue;
    const name = moduleName(path);
    modules.set(name, { name, path: entry.path, depends: depends.map(moduleName) });
  }
  return {
    release,
    modules,
    builtin: builtin === undefined ? undefined : new Set(builtin.split("\n").filter(Boolean).map(moduleName)),
    options: builtin === undefined ? await builtInOptions(tree, release) : undefined,
    softdeps: softdepsIn((await read("modules.softdep")) ?? ""),
    aliases: pairsIn((await read("modules.alias")) ?? ""),
  };
}

async function builtInOptions(tree: Tree, release: string): Promise<ReadonlySet<string> | undefined> {
  const file = release === "" ? undefined : tree.resolve(`boot/config-${release}`);
  if (file?.type !== "file") return undefined;
  const config = (await readTreeFile(file)).toString("latin1");
  return new Set(Array.from(config.matchAll(/^(CONFIG_\w+)=y$/gm), ([, name]) => name ?? ""));
}

function hasModules(tree: Tree, folder: string): boolean {
  const prefix = `${folder}/`;
  return tree.entries.some(({ path }) => path.startsWith(prefix) && /\.ko(?:\.(?:gz|xz|zst))?$/.test(path));
}

function notIndexed(folder: string): Failure {
  return new Failure("modules-not-indexed", `/${folder} holds modules but no modules.dep.`, {
    advice:
      "Let the kernel stage bring the modules (it runs depmod), or add the modules.dep of the same kernel's build.",
  });
}
