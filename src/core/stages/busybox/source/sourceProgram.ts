import { compilerChanged, compilerFacts, otherCompiler } from "../../../kconfig/build/compiler.ts";
import { missingOnHost, toolsMissing } from "../../../kconfig/build/needed.ts";
import { toolchainFor } from "../../../kconfig/build/toolchain.ts";
import { openSandbox } from "../../../sandbox/openSandbox.ts";
import { atParameter } from "../../atParameter.ts";
import type { StageContext } from "../../stage.ts";
import { checkProgram, type Program } from "../program.ts";
import { buildBusybox } from "./buildBusybox.ts";
import { busyboxEnvironment } from "./busyboxWork.ts";
import { configureBusybox } from "./configureBusybox.ts";
import { type BusyboxFacts, busyboxTools } from "./facts.ts";
import { obtainBusybox } from "./obtainBusybox.ts";
import type { BusyboxFromSource } from "./schema.ts";

/**
 * Builds BusyBox from source.
 * @throws Failure of each step; see docs/errors.md.
 */
export async function sourceProgram(
  given: BusyboxFromSource,
  facts: BusyboxFacts,
  context: StageContext,
): Promise<Program> {
  const { host, arch, clock } = context;
  const sandbox = await openSandbox(host, context);
  const toolchain = toolchainFor(arch, host.arch);
  const tools = busyboxTools(toolchain);
  const tree = await atParameter(context, ["source"], async () => {
    const missing = sandbox.kind === "namespaces" ? missingOnHost(tools, host.arch) : [];
    if (missing.length > 0) throw toolsMissing("BusyBox", missing);
    const other = otherCompiler(facts.compiler, await compilerFacts(sandbox.kind, toolchain, true, context));
    if (other !== undefined) throw compilerChanged("BusyBox", other);
    return obtainBusybox(given, facts, context);
  });
  const packages = [...new Set(tools.map(each => each.package))];
  const work = { given, tree, sandbox, packages, env: busyboxEnvironment(toolchain, context) };
  const config = await configureBusybox(work, context);
  const { bytes, applets } = await buildBusybox(work, config, context);
  await atParameter(context, ["source"], () =>
    checkProgram(bytes, `BusyBox ${tree.version}, as it was built,`, arch),
  );
  return { bytes, mtime: clock, applets };
}
