import { createHash } from "node:crypto";
import { join } from "node:path";
import type { KernelModule } from "../../../kernel/moduleIndex.ts";
import { compressTo } from "../../compress/compressTo.ts";
import { findBusybox } from "../../disk/initrd/busybox.ts";
import { moduleBytes } from "../../disk/initrd/moduleBytes.ts";
import { type CpioSource, planNewc } from "../../initramfs/newc.ts";
import { fileIdentity } from "../../layerBlobs.ts";
import type { OutputContext } from "../../output.ts";
import { liveApplets, liveFolders, liveScript } from "./liveScript.ts";

// Every kernel that comes with modules can unpack it.
const compression = { method: "gzip", level: 9 } as const;

/**
 * The initramfs that finds the medium: BusyBox, the modules, a script.
 * @returns path of the finished file, read only, kept between builds
 */
export async function liveInitrd(
  modules: readonly KernelModule[],
  mark: string,
  root: string,
  context: OutputContext,
): Promise<string> {
  const busybox = await findBusybox(context, liveApplets);
  const files = modules.map(({ name, path }) => {
    const file = context.tree.resolve(path);
    if (file?.type !== "file") throw new Error(`${path} is not in the tree.`);
    return { file, fileName: `${name}.ko` };
  });
  const script = liveScript(
    files.map(each => each.fileName),
    mark,
    root,
  );
  const identities = files.map(({ file }) => fileIdentity(file));
  const facts = JSON.stringify([script, busybox.key, identities, context.clock, compression]);
  const key = `live initrd ${createHash("sha256").update(facts).digest("hex")}`;
  return context.derived(key, async path => {
    const owner = { uid: 0, gid: 0, mtime: context.clock };
    const file = (name: string, mode: number, content: Buffer): CpioSource => ({
      entry: { type: "file", path: name, mode, ...owner, size: content.length, offset: 0 },
      content,
    });
    const sources: CpioSource[] = liveFolders.map(name => ({
      entry: { type: "directory", path: name, mode: 0o755, ...owner },
    }));
    sources.push({
      entry: { type: "char", path: "dev/console", mode: 0o600, major: 5, minor: 1, ...owner },
    });
    sources.push(file("bin/busybox", 0o755, await busybox.read()), file("init", 0o755, Buffer.from(script)));
    const scratch = join(await context.scratch(), "module");
    for (const module of files) {
      const bytes = await moduleBytes(context.host, module.file, scratch, context.signal);
      sources.push(file(`modules/${module.fileName}`, 0o644, bytes));
    }
    const archive = planNewc(sources);
    const options = { signal: context.signal, bytes: archive.bytes };
    await compressTo(context.host, compression, archive.write(context.signal), path, options);
  });
}
