import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../../host/runTool.ts";
import type { OutputContext } from "../output.ts";
import { grubPackages, type LoaderVersions } from "./loaderPackages.ts";
import { loaderMissing, takePackageFiles, versionOf } from "./packageFiles.ts";

const formats = { x86_64: "x86_64-efi", aarch64: "arm64-efi" } as const;

/** Where UEFI looks for a program on a medium that it was not told about. */
export const efiProgramNames = { x86_64: "BOOTX64.EFI", aarch64: "BOOTAA64.EFI" } as const;

/**
 * GRUB as one EFI program that does what `config` says.
 * @param modules those it needs; what these need in turn comes by itself
 * @param config commands, one a line. Without the module `normal` each is a plain command: no menu, no `if`
 * @returns path of the program, read only, kept between builds
 * @throws Failure `loader-missing`, those of fetchPackage(), `tool-missing`, `tool-failed`
 */
export function grubImage(
  modules: readonly string[],
  config: string,
  versions: LoaderVersions,
  context: OutputContext,
): Promise<string> {
  const { host, arch, signal } = context;
  const version = versionOf(versions, grubPackages[arch]);
  const format = formats[arch];
  const facts = JSON.stringify([version.sha256, format, modules, config]);
  const key = `grub image ${createHash("sha256").update(facts).digest("hex")}`;
  return context.derived(key, async path => {
    // Before anything is fetched: what is missing here is quicker to put right.
    host.tools.require("grub-mkimage");
    const folder = await context.scratch();
    const inFolder = new RegExp(`^usr/lib/grub/${format}/[^/]+$`);
    const parts = await takePackageFiles(version, name => inFolder.test(name), join(folder, format), context);
    if (!parts.has("kernel.img")) throw loaderMissing(version, `usr/lib/grub/${format}`, context);
    const script = join(folder, "grub.cfg");
    await writeFile(script, config);
    const where = ["-O", format, "-d", join(folder, format), "-p", "/boot/grub"];
    await runTool(host, "grub-mkimage", [...where, "-c", script, "-o", path, ...modules], { signal });
  });
}
