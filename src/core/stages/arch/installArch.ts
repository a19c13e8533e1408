import { rm } from "node:fs/promises";
import { type FetchedPackage, fetchPackages } from "../../pacman/fetchPackages.ts";
import { checkPinned, type PinnedPackage } from "../../pacman/package.ts";
import { openSandbox } from "../../sandbox/openSandbox.ts";
import { stackLayers } from "../../tree/stack.ts";
import type { ArchParameters } from "../arch.ts";
import type { StageContext } from "../stage.ts";
import { unpackBootstrap } from "./bootstrap.ts";
import { imageLayer } from "./imageLayer.ts";
import { installFailure } from "./installFailure.ts";
import { planOf, prepareInstall } from "./installPlan.ts";
import { exitCodes, type InstallPlan, inside } from "./installScript.ts";
import { InstallTalk } from "./installTalk.ts";
import { renewingWhenOutdated } from "./outdated.ts";
import type { RecordFacts } from "./packageRecord.ts";
import { repositoriesOf } from "./repositories.ts";
import { keyringFor } from "./signatures.ts";
import { requireOwnArch, requireTools } from "./tools.ts";

// Debian packages with what the script calls, for a sandbox that has not this system's programs.
const tools = ["pacman-package-manager", "gnupg", "dash", "coreutils", "sed"];

/**
 * Fetches the packages, has pacman check their signatures, and installs them into an empty tree in a sandbox.
 * @param packages as resolveArch() found them, or as a lock file of an earlier day kept them.
 * @throws Failure of fetchPackages(), of keyringFor(), `tool-missing`, `keyring-unreadable`, `signature-bad`,
 * `pacman-failed`.
 */
export async function installArch(
  given: ArchParameters,
  packages: readonly PinnedPackage[],
  context: StageContext,
): Promise<void> {
  const { layer, clock, signal } = context;
  const repositories = repositoriesOf(given, context);
  const keyring = await keyringFor(given, repositories, context);
  checkPinned(packages);
  requireOwnArch(context);
  const sandbox = await openSandbox(context.host, context);
  requireTools(given, keyring, sandbox, context);
  const bootstrap = given.bootstrap && (await unpackBootstrap(given.bootstrap, context));
  const fetched = await renewingWhenOutdated(repositories, context, () =>
    fetchPackages(packages, repositories, context),
  );
  const plan = planOf(fetched, repositories, keyring, bootstrap);
  const mounts = await prepareInstall(plan, fetched, keyring, bootstrap, context);
  const talk = new InstallTalk(fetched.length, context);
  const task = {
    system: { tools },
    tree: stackLayers([]),
    command: ["sh", `${inside.work}/install.sh`],
    mounts,
    onLine: (line: string) => talk.hear(line),
    onWarning: (message: string) => context.warn(message),
    ...{ signal, clock, scratch: () => context.scratch() },
  };
  const image = imageLayer(layer, clock, factsOf(fetched, plan));
  const { exitCode } = await sandbox.run(task, image.writer);
  signal.throwIfAborted();
  // Signatures are not known by a digest: a wrong one must not be found in the cache the next time.
  if (exitCode === exitCodes.signatures) await forgetSignatures(fetched);
  if (exitCode !== 0) throw installFailure(exitCode, talk.lines, given, context);
  await image.finish();
}

async function forgetSignatures(fetched: readonly FetchedPackage[]): Promise<void> {
  const paths = fetched.flatMap(each => each.signaturePath ?? []);
  await Promise.all(paths.map(path => rm(path, { force: true })));
}

function factsOf(fetched: readonly FetchedPackage[], plan: InstallPlan): Map<string, RecordFacts> {
  const checked = new Set([...plan.required, ...plan.optional]);
  return new Map(
    fetched.map(({ name, version, file, explicit = false }) => [
      `${name}-${version}`,
      { explicit, validation: checked.has(file) ? "pgp" : "sha256" },
    ]),
  );
}
