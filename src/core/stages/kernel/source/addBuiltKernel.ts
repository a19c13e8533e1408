import { resultBytes, resultMembers, resultText } from "../../../kconfig/build/resultFiles.ts";
import { readKernelFormat } from "../../../kernel/kernelFormat.ts";
import type { Layer } from "../../../tree/layer.ts";
import type { StageContext } from "../../stage.ts";
import { openModuleTree } from "../moduleTree.ts";
import type { KernelConfiguration } from "./configureKernel.ts";
import type { KernelFromSource } from "./schema.ts";

/** Puts a compiled kernel where kernels from packages lie. */
export async function addBuiltKernel(
  made: Layer,
  { text }: KernelConfiguration,
  given: KernelFromSource,
  context: StageContext,
): Promise<void> {
  const { layer, clock, signal } = context;
  const release = (await resultText(made, "release")).trim();
  const image = await resultBytes(made, "vmlinuz");
  const add = (name: string, bytes: Buffer) =>
    layer.add(
      { type: "file", path: `boot/${name}-${release}`, mode: 0o644, uid: 0, gid: 0, mtime: clock },
      { bytes },
    );
  await add("vmlinuz", image);
  await add("config", Buffer.from(text));
  if (given.symbols === true) await add("System.map", await resultBytes(made, "System.map"));
  const modules = await openModuleTree(context);
  let count = 0;
  for await (const member of resultMembers(made, signal)) {
    if (!member.name.startsWith("lib/modules/") || member.type === "directory") continue;
    if (/\.ko(?:\.\w+)?$/.test(member.name)) count++;
    await modules.add(member.name, { ...member, mode: 0o644, mtime: clock });
  }
  await modules.finish();
  const known =
    readKernelFormat(image) === undefined ? ", in a format that Whittle cannot boot by itself" : "";
  context.log(`Kernel ${release}: ${image.length} bytes${known}, ${count} modules.`);
}
