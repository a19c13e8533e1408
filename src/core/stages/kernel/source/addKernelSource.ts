import { compilerChanged, compilerFacts, otherCompiler } from "../../../kconfig/build/compiler.ts";
import { missingOnHost, type Needed, toolsMissing } from "../../../kconfig/build/needed.ts";
import { toolchainFor } from "../../../kconfig/build/toolchain.ts";
import { openSandbox } from "../../../sandbox/openSandbox.ts";
import { atParameter } from "../../atParameter.ts";
import type { StageContext } from "../../stage.ts";
import { addBuiltKernel } from "./addBuiltKernel.ts";
import { buildKernel } from "./buildKernel.ts";
import { configureKernel } from "./configureKernel.ts";
import type { KernelFacts } from "./facts.ts";
import { kernelTools, toolsOfConfig } from "./kernelTools.ts";
import { kernelEnvironment } from "./kernelWork.ts";
import { obtainKernel } from "./obtainKernel.ts";
import type { KernelFromSource } from "./schema.ts";

// Archives that a source comes in are opened on the host; these are for what make itself runs.
const extraPackages = [
  "libelf-dev",
  "libssl-dev",
  "openssl",
  "dwarves",
  "cpio",
  "gzip",
  "bzip2",
  "xz-utils",
  "lzop",
  "lz4",
  "zstd",
];

/**
 * Builds a kernel from source and adds it with its modules.
 * @throws Failure of each step; see docs/errors.md.
 */
export async function addKernelSource(
  given: KernelFromSource,
  facts: KernelFacts,
  context: StageContext,
): Promise<void> {
  const { host, arch } = context;
  const sandbox = await openSandbox(host, context);
  const toolchain = toolchainFor(arch, host.arch);
  const check = (needed: readonly Needed[]): Promise<void> =>
    atParameter(context, ["source"], () => {
      const missing = sandbox.kind === "namespaces" ? missingOnHost(needed, host.arch) : [];
      if (missing.length > 0) throw toolsMissing("this kernel", missing);
    });
  await check(kernelTools(toolchain));
  await atParameter(context, ["source"], async () => {
    const other = otherCompiler(facts.compiler, await compilerFacts(sandbox.kind, toolchain, false, context));
    if (other !== undefined) throw compilerChanged("This kernel", other);
  });
  const tree = await atParameter(context, ["source"], () => obtainKernel(given, facts, context));
  const packages = [...new Set([...kernelTools(toolchain).map(each => each.package), ...extraPackages])];
  const work = { given, tree, sandbox, packages, env: kernelEnvironment(toolchain, context) };
  const configuration = await configureKernel(work, context);
  await check(toolsOfConfig(configuration.values));
  warnOfKeys(
    configuration.values.get("CONFIG_MODULE_SIG_ALL"),
    configuration.values.get("CONFIG_MODULE_SIG_KEY"),
    context,
  );
  const made = await buildKernel(work, configuration, context);
  await addBuiltKernel(made, configuration, given, context);
}

function warnOfKeys(signs: string | undefined, key: string | undefined, context: StageContext): void {
  if (signs !== "y" || key !== '"certs/signing_key.pem"') return;
  context.warn(
    "CONFIG_MODULE_SIG_ALL signs modules with a new key, so no two builds of this kernel are alike.",
    ["config"],
  );
}
