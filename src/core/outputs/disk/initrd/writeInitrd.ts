import { createHash } from "node:crypto";
import { join } from "node:path";
import type { KernelModule } from "../../../kernel/moduleIndex.ts";
import type { Entry } from "../../../tree/entry.ts";
import { compressTo } from "../../compress/compressTo.ts";
import { type CpioSource, planNewc } from "../../initramfs/newc.ts";
import { fileIdentity } from "../../layerBlobs.ts";
import type { OutputContext } from "../../output.ts";
import { type Busybox, findBusybox } from "./busybox.ts";
import { initScript, moduleFolder, neededApplets, overlayFolders } from "./initScript.ts";
import { moduleBytes } from "./moduleBytes.ts";
import type { RootFileSystem } from "./rootFileSystem.ts";

// Every kernel that comes with modules can unpack it.
const compression = { method: "gzip", level: 9 } as const;
const folders = ["bin", "dev", moduleFolder, "proc", "root", "sys"];

/**
 * The smallest initramfs that gets a kernel to its root: BusyBox, the modules, a script.
 * @returns path of the finished file in the cache
 */
export async function makeInitrd(
  context: OutputContext,
  modules: readonly KernelModule[],
  root: RootFileSystem,
): Promise<string> {
  const busybox = await findBusybox(context, neededApplets(root));
  const files = modules.map(module => treeModule(context, module));
  const script = initScript(
    files.map(each => each.fileName),
    root,
  );
  const identities = files.map(({ file }) => fileIdentity(file));
  const facts = JSON.stringify([script, busybox.key, identities, context.clock, compression]);
  const key = `initrd ${createHash("sha256").update(facts).digest("hex")}`;
  return context.derived(key, async path => {
    const made = root.overlay ? [...folders, ...overlayFolders].sort() : folders;
    const sources = await contents(context, files, busybox, script, made);
    const archive = planNewc(sources);
    const options = { signal: context.signal, bytes: archive.bytes };
    await compressTo(context.host, compression, archive.write(context.signal), path, options);
    context.log(`The initrd loads: ${modules.map(module => module.name).join(", ") || "no modules"}.`);
  });
}

function treeModule({ tree }: OutputContext, module: KernelModule) {
  const file = tree.resolve(module.path);
  if (file?.type !== "file") throw new Error(`${module.path} is not in the tree.`);
  return { file, fileName: `${module.name}.ko` };
}

async function contents(
  context: OutputContext,
  modules: readonly ReturnType<typeof treeModule>[],
  busybox: Busybox,
  script: string,
  made: readonly string[],
): Promise<CpioSource[]> {
  const owner = { uid: 0, gid: 0, mtime: context.clock };
  const file = (path: string, mode: number, content: Buffer): CpioSource => {
    const entry: Entry = { type: "file", path, mode, ...owner, size: content.length, offset: 0 };
    return { entry, content };
  };
  const sources: CpioSource[] = made.map(path => ({
    entry: { type: "directory", path, mode: 0o755, ...owner },
  }));
  sources.push({ entry: { type: "char", path: "dev/console", mode: 0o600, major: 5, minor: 1, ...owner } });
  sources.push(file("bin/busybox", 0o755, await busybox.read()));
  sources.push(file("init", 0o755, Buffer.from(script)));
  const scratch = join(await context.scratch(), "module");
  for (const module of modules) {
    const bytes = await moduleBytes(context.host, module.file, scratch, context.signal);
    sources.push(file(`${moduleFolder}/${module.fileName}`, 0o644, bytes));
  }
  return sources;
}
