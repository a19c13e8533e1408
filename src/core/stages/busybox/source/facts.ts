import { resolve } from "node:path";
import { type CompilerFacts, compilerFacts } from "../../../kconfig/build/compiler.ts";
import { missingOnHost, type Needed, toolsMissing } from "../../../kconfig/build/needed.ts";
import { isUrl } from "../../../kconfig/build/sourceInputs.ts";
import { versionInFolder, versionInName } from "../../../kconfig/build/sourceVersion.ts";
import { type Toolchain, toolchainFor } from "../../../kconfig/build/toolchain.ts";
import { chooseSandbox } from "../../../sandbox/chooseSandbox.ts";
import { atParameter } from "../../atParameter.ts";
import type { ResolveContext } from "../../stage.ts";
import type { BusyboxFromSource } from "./schema.ts";
import type { SourcePackage } from "./sourcePackage.ts";

/** What decides about a BusyBox besides the recipe and its files. Survives JSON unchanged. */
export type BusyboxFacts = {
  /** The source package; without it the source is a file, and its version what its name says. */
  readonly source: SourcePackage | { readonly version: string | null };
  readonly compiler: CompilerFacts;
};

/** What BusyBox is built with. */
export function busyboxTools({ prefix, compiler, linker, library }: Toolchain): Needed[] {
  const ownCompiler = { package: "gcc", program: "gcc" };
  return [
    compiler,
    linker,
    library,
    // Some of its build runs on the host itself.
    ...(prefix === "" ? [] : [ownCompiler, { package: "libc6-dev", header: "stdio.h" }]),
    { package: "make", program: "make" },
    { package: "bzip2", program: "bzip2" },
  ];
}

/** @throws Failure `build-tools-missing`; those of resolveSourcePackage(). */
export async function busyboxFacts(given: BusyboxFromSource, context: ResolveContext): Promise<BusyboxFacts> {
  const { host, arch } = context;
  const { kind } = await chooseSandbox(host, context.signal);
  const toolchain = toolchainFor(arch, host.arch);
  const compiler = await atParameter(context, ["source"], () => {
    const missing = kind === "namespaces" ? missingOnHost(busyboxTools(toolchain), host.arch) : [];
    if (missing.length > 0) throw toolsMissing("BusyBox", missing);
    return compilerFacts(kind, toolchain, true, context);
  });
  return { source: await sourceFacts(given, context), compiler };
}

async function sourceFacts(
  { source }: BusyboxFromSource,
  context: ResolveContext,
): Promise<BusyboxFacts["source"]> {
  if (typeof source === "string") {
    const found = isUrl(source) ? undefined : await versionInFolder(resolve(context.baseDir, source));
    return { version: found ?? versionInName(source) ?? null };
  }
  const { host, arch, fresh, signal, log } = context;
  const { resolveSourcePackage } = await import("./sourcePackage.ts");
  return atParameter(context, ["source", "package"], () =>
    resolveSourcePackage(host, { package: source.package, arch, fresh, signal, log }),
  );
}
