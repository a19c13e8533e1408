import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import type { AptArea, ListSnapshot } from "../aptArea.ts";
import { runApt } from "../aptCommand.ts";
import { type AptChoice, type AptPlan, readAptPlan } from "./systemPackage.ts";
import { aptIsEssential, aptSteps, type StepsWanted } from "./variants.ts";

export interface ChoiceWanted extends StepsWanted {
  readonly recommends: boolean;
  /** An empty folder for apt's caches, removed by the caller. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/** No package of a name, or not in the version, that was asked for. */
export class NotInLists extends Error {
  readonly wanted: string;

  constructor(wanted: string) {
    super(`${wanted} is not in the package lists.`);
    this.wanted = wanted;
  }
}

const said = /^E: (?:Unable to locate package |Package '?|Version '[^']*' for ')([a-z0-9][a-z0-9+.-]*)/m;

/**
 * Lets apt choose the packages of a system as mmdebstrap would, without installing anything: first on an empty
 * system, then on one that has what was chosen first.
 * @throws NotInLists; Failure `packages-conflict`, `suite-empty`, `apt-failed`.
 */
export async function choosePackages(
  host: Host,
  area: AptArea,
  lists: ListSnapshot,
  wanted: ChoiceWanted,
): Promise<AptChoice> {
  const { first, second } = aptSteps(wanted);
  const ask = async (tool: "apt-get" | "apt-cache", args: readonly string[], status: string) => {
    const options = settings(wanted, status).flatMap(each => ["-o", each]);
    const run = { signal: wanted.signal, accept: [0, 100] };
    return runApt(host, tool, area, lists.folder, [...options, ...args], run);
  };
  const choose = async (args: readonly string[], status: string): Promise<AptPlan> => {
    const done = await ask("apt-get", ["--quiet", "--print-uris", ...args], status);
    const choice = done.exitCode === 0 ? readAptPlan(done.stdout) : undefined;
    if (!choice) throw refusal(done.stdout, done.stderr, wanted);
    return choice;
  };
  const empty = join(lists.folder, "status");
  const base = first.length > 0 ? (await choose(first, empty)).packages : [];
  if (second.length === 0) return { packages: base, second: [] };
  const names = base.map(each => `${each.package}=${each.version}`);
  const shown = names.length > 0 ? (await ask("apt-cache", ["show", ...names], empty)).stdout : "";
  const installed = join(wanted.scratch, "status");
  await writeFile(installed, shown.replace(/^Package: .*$/gm, "$&\nStatus: install ok installed"));
  const rest = await choose(second, installed);
  const all = new Map([...base, ...rest.packages].map(each => [each.package, each]));
  for (const name of rest.removed) all.delete(name);
  const asked = rest.packages.filter(each => !rest.automatic.has(each.package));
  return { packages: [...all.values()], second: asked.map(each => each.package) };
}

function settings({ variant, recommends, scratch }: ChoiceWanted, status: string): string[] {
  return [
    `Dir::State::status=${status}`,
    // Making it costs more than all the rest; the three calls share it.
    `Dir::Cache::pkgcache=${scratch}/pkgcache.bin`,
    `Dir::Cache::srcpkgcache=${scratch}/srcpkgcache.bin`,
    `APT::Install-Recommends=${recommends}`,
    "APT::Install-Suggests=false",
    "APT::Default-Release=",
    "Acquire::ForceHash=SHA256",
    ...(aptIsEssential(variant) ? [] : ["pkgCacheGen::ForceEssential=,"]),
  ];
}

function refusal(stdout: string, stderr: string, { suite, packages, arch }: ChoiceWanted): Error {
  const name = said.exec(stderr)?.[1];
  const wanted = packages.find(each => each.replace(/=.*/, "") === name);
  if (wanted !== undefined) return new NotInLists(wanted);
  if (/\?narrow/.test(stderr)) {
    return new Failure("suite-empty", `The mirrors have no packages of the suite ${suite} for ${arch}.`, {
      advice: "Write the suite as the mirror's Release file names it (Suite or Codename).",
    });
  }
  const unmet = /^The following packages have unmet dependencies:\n((?: .*\n)+)/m.exec(stdout)?.[1];
  if (unmet !== undefined) {
    const why = unmet
      .trim()
      .split("\n")
      .map(each => each.trim().replace(/\s+/g, " "));
    return new Failure(
      "packages-conflict",
      `These packages do not fit together: ${why.slice(0, 6).join("; ")}`,
      {
        advice: "Leave one of them out, name another version, or add the mirror that has what is missing.",
      },
    );
  }
  return new Failure("apt-failed", `apt cannot choose the packages: ${(stderr || stdout).trim()}`, {
    advice: "Try the same suite and packages with fewer packages to find the one it stumbles over.",
  });
}
