import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Failure } from "../../failure.ts";
import { toolEnvironment } from "../../host/runTool.ts";
import type { SandboxKind } from "../../sandbox/sandbox.ts";
import type { Json, ResolveContext } from "../../stages/stage.ts";
import { hostProgram } from "./hostPrograms.ts";
import type { Toolchain } from "./toolchain.ts";

/** What the bytes of a build depend on besides source and configuration. Survives JSON unchanged. */
export type CompilerFacts = {
  /** Of the compiler, as its package is called, and the version of that. */
  readonly name: string;
  readonly version: string;
  readonly linker: string;
  /** Of the static C library; only where it goes into the result. */
  readonly library?: string;
};

type Asking = Pick<ResolveContext, "host" | "signal" | "log">;

/**
 * Finds out which compiler builds.
 * @param kind host's programs in namespaces, Debian's newest packages in a VM.
 */
export async function compilerFacts(
  kind: SandboxKind,
  toolchain: Toolchain,
  linksLibrary: boolean,
  context: Asking,
): Promise<CompilerFacts> {
  return kind === "namespaces"
    ? hostFacts(toolchain, linksLibrary, context)
    : packageFacts(toolchain, linksLibrary, context);
}

/** Says in what way a compiler is another one; undefined when it is the same. */
export function otherCompiler(expected: Json | undefined, found: CompilerFacts): string | undefined {
  if (JSON.stringify(expected) === JSON.stringify(found)) return undefined;
  const wanted = (expected ?? {}) as Partial<CompilerFacts>;
  const parts: readonly (readonly [string, string | undefined, string | undefined])[] = [
    [found.name, wanted.version, found.version],
    ["the linker", wanted.linker, found.linker],
    ["the C library", wanted.library, found.library],
  ];
  const [name, was, is] = parts.find(([, before, now]) => before !== now) ?? ["the compiler", "", ""];
  return `${name} ${was ?? "of another kind"} was expected, and ${is ?? "none"} is here`;
}

/** A Failure `compiler-changed`. @param what is to be built. @param how as otherCompiler() says it. */
export function compilerChanged(what: string, how: string): Failure {
  return new Failure(
    "compiler-changed",
    `${what} is to be built with another compiler than the one here: ${how}.`,
    {
      advice:
        "Run `whittle lock RECIPE` to go on with the compiler that is here, or install the one that was expected.",
    },
  );
}

async function hostFacts(
  { compiler, linker }: Toolchain,
  linksLibrary: boolean,
  { host, signal }: Asking,
): Promise<CompilerFacts> {
  const ask = async (program: string, option: string): Promise<string> => {
    // The sandbox looks for programs along a path of its own: this is the one that it will find.
    const path = hostProgram(program) ?? program;
    const { stdout } = await promisify(execFile)(path, [option], { signal, env: toolEnvironment(host) });
    return stdout.split("\n", 1)[0]?.trim() ?? "";
  };
  const [compilerLine, linkerLine, library] = await Promise.all([
    ask(compiler.program, "--version"),
    ask(linker.program, "--version"),
    linksLibrary ? ask(compiler.program, "-print-file-name=libc.a") : undefined,
  ]);
  const facts = {
    name: compiler.package,
    version: /\((?:Debian|Ubuntu) ([^)\s]+)\)/.exec(compilerLine)?.[1] ?? compilerLine,
    linker: linkerLine.split(" ").at(-1) ?? linkerLine,
  };
  if (library === undefined) return facts;
  const { hashInput } = await import("../../build/hashInputs.ts");
  return { ...facts, library: `sha256:${await hashInput(library, host.cacheDir, signal)}` };
}

async function packageFacts(
  { compiler, linker, library }: Toolchain,
  linksLibrary: boolean,
  { host, signal, log }: Asking,
): Promise<CompilerFacts> {
  const { resolvePackage } = await import("../../debian/resolvePackage.ts");
  const find = (name: string) => resolvePackage(host, { package: name, arch: host.arch, signal, log });
  const pointer = await find(compiler.package);
  const real = pointer.depends.find(name => /^gcc-\d+/.test(name));
  const { version } = real === undefined ? pointer : await find(real);
  const linkerPackage = await find(linker.package);
  const facts = { name: compiler.package, version, linker: linkerPackage.version.replace(/-[^-]*$/, "") };
  return linksLibrary ? { ...facts, library: (await find(library.package)).version } : facts;
}
