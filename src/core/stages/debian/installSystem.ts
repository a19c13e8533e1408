import { currentLists } from "../../debian/aptArea.ts";
import { debianArch } from "../../debian/architecture.ts";
import { updateLists } from "../../debian/refreshPackageLists.ts";
import { suiteArea } from "../../debian/sources/suiteArea.ts";
import { fetchSystem } from "../../debian/system/fetchSystem.ts";
import { writeRepository } from "../../debian/system/localRepository.ts";
import type { DebianSystem } from "../../debian/system/systemPackage.ts";
import { openSandbox } from "../../sandbox/openSandbox.ts";
import { stackLayers } from "../../tree/stack.ts";
import type { DebianParameters } from "../debian.ts";
import type { StageContext } from "../stage.ts";
import { systemRequest } from "./findSystem.ts";
import { imageLayer } from "./imageLayer.ts";
import { InstallProgress } from "./installProgress.ts";
import { mmdebstrapCall, repositoryFolder } from "./mmdebstrapCall.ts";

/**
 * Fetches the packages of a system and installs them with mmdebstrap in a sandbox; what it made becomes the layer.
 * @throws Failure `debian-foreign-arch`, `debian-install-failed`; those of fetchSystem() and of the sandbox.
 */
export async function installSystem(
  given: DebianParameters,
  system: DebianSystem,
  context: StageContext,
): Promise<void> {
  const { host, arch, signal, layer, clock, log } = context;
  const { variant, packages, recommends } = systemRequest(given, context);
  if (arch !== host.arch) throw foreign(context);
  const sandbox = await openSandbox(host, context);
  if (sandbox.kind === "namespaces") host.tools.require("mmdebstrap");
  const debs = await fetchDebs(given, system, context);
  const repository = await context.scratch();
  await writeRepository(host, system.packages, debs, repository, signal);
  const names = packages.map(each => each.replace(/=.*/, ""));
  const call = mmdebstrapCall({ system, variant, recommends, packages: names, arch: debianArch(arch) });
  const image = imageLayer(layer, system, clock);
  const progress = new InstallProgress();
  const total = 2 * system.packages.length;
  context.log(`mmdebstrap installs ${system.packages.length} packages`);
  const outcome = await sandbox.run(
    {
      ...call,
      system: { tools: ["mmdebstrap", "apt"] },
      tree: stackLayers([]),
      mounts: [{ from: repository, to: repositoryFolder }],
      onLine(line) {
        if (progress.take(line)) context.log(line);
        context.progress(progress.done, total, "items");
      },
      // Plain mmdebstrap leaves these behind as well, without a word.
      onWarning: log,
      signal,
      scratch: () => context.scratch(),
      clock,
    },
    image.writer,
  );
  signal.throwIfAborted();
  if (outcome.exitCode !== 0) throw failed(progress, given, context);
  requireAll(image.status(), system, context);
  await image.finish();
}

async function fetchDebs(
  given: DebianParameters,
  system: DebianSystem,
  context: StageContext,
): Promise<string[]> {
  const { host, signal, log } = context;
  const { area } = suiteArea(host, { ...systemRequest(given, context), suite: system.suite });
  const total = system.packages.reduce((sum, each) => sum + each.size, 0);
  return fetchSystem(host, {
    area,
    packages: system.packages,
    signal,
    log,
    onProgress: done => context.progress(done, total, "bytes"),
    async renew() {
      const before = currentLists(area);
      return (await updateLists(host, area, before, signal, log)).id !== before?.id;
    },
  });
}

function foreign({ host, arch, fail }: StageContext) {
  return fail(
    "debian-foreign-arch",
    `A system for ${arch} cannot be installed on this ${host.arch} machine.`,
    {
      advice:
        "Its packages run programs of their own while they are set up. Build it on a machine of its kind.",
    },
  );
}

function failed(progress: InstallProgress, { packages = [] }: DebianParameters, context: StageContext) {
  const { package: name, why } = progress.problem;
  const what =
    name === undefined ? "The system could not be installed" : `The package ${name} could not be installed`;
  const index = packages.findIndex(each => each.replace(/=.*/, "") === name);
  return context.fail("debian-install-failed", `${what}: ${why || "mmdebstrap does not say why."}`, {
    advice: "The lines before it in the log say more.",
    at: index < 0 ? [] : ["packages", index],
  });
}

/** What was installed must be what the plan says, or two builds of it could differ. */
function requireAll(status: string | undefined, system: DebianSystem, context: StageContext): void {
  if (status === undefined) return;
  const found = new Map<string, string>();
  for (const stanza of status.split("\n\n")) {
    const name = /^Package: (.*)$/m.exec(stanza)?.[1];
    if (name && /^Status: install ok installed$/m.test(stanza)) {
      found.set(name, /^Version: (.*)$/m.exec(stanza)?.[1] ?? "");
    }
  }
  const missing = system.packages.find(each => found.get(each.package) !== each.version);
  if (!missing) return;
  const now = found.get(missing.package);
  throw context.fail(
    "debian-install-failed",
    `The package ${missing.package} ${missing.version} is not installed in the end${now ? ` but ${now}` : ""}.`,
    { advice: "Another package may have removed it; the log says which." },
  );
}
