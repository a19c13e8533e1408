import { createHash } from "node:crypto";
import { join } from "node:path";
import { compressTo } from "../compress/compressTo.ts";
import { type CpioSource, planNewc } from "../initramfs/newc.ts";
import { fileIdentity } from "../layerBlobs.ts";
import type { OutputContext } from "../output.ts";
import { findBusybox } from "./busybox.ts";
import type { DriverPlan } from "./driverPlan.ts";
import { initrdCompression } from "./initrdCompression.ts";
import type { InitScript } from "./initScript.ts";
import { moduleBytes } from "./moduleBytes.ts";
import { moduleFolder } from "./scriptParts.ts";

const folders = ["bin", "dev", moduleFolder, "proc", "root", "sys"];

/**
 * The smallest initramfs that gets a kernel to its root: BusyBox, the modules, a script.
 * @returns path of the finished file, read only, kept between builds
 */
export async function writeInitrd(
  plan: DriverPlan,
  script: InitScript,
  context: OutputContext,
): Promise<string> {
  const busybox = await findBusybox(context, script.applets);
  const modules = plan.modules.map(({ name, path }) => {
    const file = context.tree.resolve(path);
    if (file?.type !== "file") throw new Error(`${path} is not in the tree.`);
    return { name, file };
  });
  const text = script.text(plan);
  const compression = await initrdCompression(context.tree, plan.release);
  const identities = modules.map(({ file }) => fileIdentity(file));
  const facts = JSON.stringify([text, script.folders, busybox.key, identities, context.clock, compression]);
  const key = `initrd ${createHash("sha256").update(facts).digest("hex")}`;
  return context.derived(key, async path => {
    const sources: CpioSource[] = [
      ...[...folders, ...script.folders].sort().map(name => folder(name, context)),
      file("bin/busybox", 0o755, await busybox.read(), context),
      file("init", 0o755, Buffer.from(text), context),
    ];
    const owner = { uid: 0, gid: 0, mtime: context.clock };
    sources.push({
      entry: { type: "char", path: "dev/console", mode: 0o600, major: 5, minor: 1, ...owner },
    });
    const scratch = join(await context.scratch(), "module");
    for (const { name, file: module } of modules) {
      const bytes = await moduleBytes(context.host, module, scratch, context.signal);
      sources.push(file(`${moduleFolder}/${name}.ko`, 0o644, bytes, context));
    }
    const archive = planNewc(sources);
    const options = { signal: context.signal, bytes: archive.bytes };
    await compressTo(context.host, compression, archive.write(context.signal), path, options);
    context.log(`The initrd has: ${plan.modules.map(({ name }) => name).join(", ") || "no modules"}.`);
  });
}

function folder(path: string, { clock: mtime }: OutputContext): CpioSource {
  return { entry: { type: "directory", path, mode: 0o755, uid: 0, gid: 0, mtime } };
}

function file(path: string, mode: number, content: Buffer, { clock: mtime }: OutputContext): CpioSource {
  const entry = { type: "file", path, mode, uid: 0, gid: 0, mtime, size: content.length, offset: 0 } as const;
  return { entry, content };
}
