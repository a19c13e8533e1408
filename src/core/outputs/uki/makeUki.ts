import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PackageVersion } from "../../debian/package.ts";
import { runTool } from "../../host/runTool.ts";
import type { Json } from "../../stages/stage.ts";
import type { Compression } from "../compress/compression.ts";
import { baseName } from "../fileNames.ts";
import { makeInitramfs } from "../initramfs/makeInitramfs.ts";
import { located } from "../located.ts";
import type { OutputContext, ProducedFile } from "../output.ts";
import type { UkiParameters } from "../uki.ts";
import { wholeCmdline } from "../usualCmdlines.ts";
import { efiKernel } from "./efiKernel.ts";
import { readKeyPair } from "./keyPair.ts";
import { osRelease } from "./osRelease.ts";
import { setPeTime } from "./peTime.ts";
import { placeSections } from "./placeSections.ts";
import { signImage } from "./signImage.ts";
import { takeStub } from "./stub.ts";

/**
 * Puts the tree as initramfs, its kernel, the command line and the os-release behind systemd's stub.
 * @throws Failure `signing-failed`, `no-kernel`, `kernel-without-efi`, `uki-stub`, those of the initramfs, `tool-failed`.
 */
export async function makeUki(
  given: UkiParameters,
  compression: Compression,
  resolved: Json,
  context: OutputContext,
): Promise<readonly ProducedFile[]> {
  // Before the long work: what is wrong here is quicker to put right.
  const keyPair = given.sign && (await readKeyPair(given.sign, context));
  const folder = await context.scratch();
  const files = await makeInitramfs(compression, context);
  const initrd = files.find(file => file.role === "image");
  const kernel = files.find(file => file.role === "kernel");
  if (!kernel || !initrd) {
    throw context.fail(
      "no-kernel",
      "The image has no kernel in /boot, so there is nothing to put into the EFI program.",
      {
        advice: "Add a `kernel` stage to the recipe.",
      },
    );
  }
  const linux = await located(context, async () => efiKernel(await readFile(kernel.path), context.arch));
  const stub = await takeStub(resolved as unknown as PackageVersion, folder, context);
  const words = wholeCmdline(given.cmdline, context.arch, initrd.cmdline ?? []);
  const parts = {
    ".osrel": await write(folder, "osrel", await osRelease(context)),
    ".cmdline": await write(folder, "cmdline", `${words}\0`),
    ...(linux.release === undefined ? {} : { ".uname": await write(folder, "uname", linux.release) }),
    ".linux": linux.bytes ? await write(folder, "linux", linux.bytes) : kernel.path,
    ".initrd": initrd.path,
  };
  const path = join(folder, "uki.efi");
  const args = await placeSections(stub, parts);
  await runTool(context.host, "objcopy", [...args, stub, path], { signal: context.signal });
  await setPeTime(path, context.clock);
  const image = keyPair ? await signImage(path, keyPair, folder, context) : path;
  return [{ role: "image", fileName: `${baseName(context, "uki")}.efi`, path: image }];
}

async function write(folder: string, name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}
