import { resolve } from "node:path";
import type { PackageVersion } from "../../../debian/package.ts";
import { type CompilerFacts, compilerFacts } from "../../../kconfig/build/compiler.ts";
import { missingOnHost, toolsMissing } from "../../../kconfig/build/needed.ts";
import { isUrl } from "../../../kconfig/build/sourceInputs.ts";
import { versionInFolder, versionInName } from "../../../kconfig/build/sourceVersion.ts";
import { toolchainFor } from "../../../kconfig/build/toolchain.ts";
import { chooseSandbox } from "../../../sandbox/chooseSandbox.ts";
import { atParameter } from "../../atParameter.ts";
import type { ResolveContext } from "../../stage.ts";
import { kernelTools } from "./kernelTools.ts";
import type { KernelFromSource } from "./schema.ts";

/** What decides about a kernel besides the recipe and its files. Survives JSON unchanged. */
export type KernelFacts = {
  /** The package that holds the source; without it the source is a file, and its version what its name says. */
  readonly source: PackageVersion | { readonly version: string | null };
  readonly compiler: CompilerFacts;
};

/** @throws Failure `build-tools-missing`; those of resolvePackage(). */
export async function kernelFacts(given: KernelFromSource, context: ResolveContext): Promise<KernelFacts> {
  const { host, arch } = context;
  const { kind } = await chooseSandbox(host, context.signal);
  const toolchain = toolchainFor(arch, host.arch);
  const compiler = await atParameter(context, ["source"], () => {
    const missing = kind === "namespaces" ? missingOnHost(kernelTools(toolchain), host.arch) : [];
    if (missing.length > 0) throw toolsMissing("a kernel", missing);
    return compilerFacts(kind, toolchain, false, context);
  });
  return { source: await sourceFacts(given, context), compiler };
}

async function sourceFacts(
  { source }: KernelFromSource,
  context: ResolveContext,
): Promise<KernelFacts["source"]> {
  if (typeof source === "string") {
    const found = isUrl(source) ? undefined : await versionInFolder(resolve(context.baseDir, source));
    return { version: found ?? versionInName(source) ?? null };
  }
  const { resolvePackage } = await import("../../../debian/resolvePackage.ts");
  const { host, arch, signal, log } = context;
  const find = (name: string) => resolvePackage(host, { package: name, arch, signal, log });
  return atParameter(context, ["source", "package"], async () => {
    const { depends, ...named } = await find(source.package);
    // `linux-source` only points to the newest.
    const real = depends.find(name => /^linux-source-\d/.test(name));
    if (real === undefined) return named;
    const { depends: _, ...found } = await find(real);
    return found;
  });
}
