import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { describeFile, type KernelFormat, readKernelFormat } from "../../kernel/kernelFormat.ts";
import { atParameter } from "../atParameter.ts";
import type { StageContext } from "../stage.ts";
import { openModuleTree } from "./moduleTree.ts";

// Far above any kernel; keeps a disk image given by mistake out of memory.
const mostBytes = 512 * 1024 * 1024;

/**
 * Adds a kernel image that lies on this machine, with the modules that belong to it.
 * @throws Failure `kernel-file-refused`, `kernel-release-unknown`, those of addModules().
 */
export async function addKernelFile(
  given: { readonly file: string; readonly modules?: string | undefined },
  context: StageContext,
): Promise<void> {
  const path = resolve(context.baseDir, given.file);
  const { image, format } = await atParameter(context, ["file"], () => readKernel(path, context));
  const modules = given.modules === undefined ? undefined : resolve(context.baseDir, given.modules);
  const release = (modules && (await withModules(modules, format, context))) ?? format.release;
  if (release === undefined) {
    throw context.fail("kernel-release-unknown", `${path} does not say which release of the kernel it is.`, {
      advice: "Give its `modules`, whose folder says it, or the image in another format (Image, Image.gz).",
      at: ["file"],
    });
  }
  const base = { uid: 0, gid: 0, mode: 0o644, mtime: context.clock };
  await context.layer.add({ type: "file", path: `boot/vmlinuz-${release}`, ...base }, { bytes: image });
  context.log(`Kernel ${release}${modules === undefined ? " without modules" : ""}.`);
}

async function readKernel(
  path: string,
  context: StageContext,
): Promise<{ image: Buffer; format: KernelFormat }> {
  const refuse = (what: string) =>
    context.fail("kernel-file-refused", `${path} is no kernel image: it is ${what}.`, {
      advice: "Give the file that a kernel build leaves as arch/x86/boot/bzImage or arch/arm64/boot/Image.",
      at: ["file"],
    });
  const found = await stat(path);
  if (found.isDirectory()) throw refuse("a folder");
  if (found.size > mostBytes) throw refuse("far too large");
  const image = await readFile(path, { signal: context.signal });
  const format = readKernelFormat(image);
  if (!format) throw refuse(describeFile(image));
  if (format.arch !== context.arch) {
    throw context.fail(
      "kernel-wrong-arch",
      `${path} is a kernel for ${format.arch}, but the recipe makes an image for ${context.arch}.`,
      { at: ["file"] },
    );
  }
  return { image, format };
}

async function withModules(path: string, format: KernelFormat, context: StageContext): Promise<string> {
  const { addModules } = await import("./modulesFrom.ts");
  return atParameter(context, ["modules"], async () => {
    const tree = await openModuleTree(context);
    const release = await addModules(path, format.release, tree, context);
    await tree.finish();
    return release;
  });
}
