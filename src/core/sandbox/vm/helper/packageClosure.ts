import { aptArea, currentLists, type ListSnapshot } from "../../../debian/aptArea.ts";
import { runApt } from "../../../debian/aptCommand.ts";
import { recall, remember } from "../../../debian/listMemo.ts";
import { type PackageVersion, readPackage } from "../../../debian/package.ts";
import { resolvePackage } from "../../../debian/resolvePackage.ts";
import type { Arch, Host } from "../../../host/host.ts";

export interface ClosureRequest {
  readonly names: readonly string[];
  readonly arch: Arch;
  readonly signal: AbortSignal;
  readonly log?: ((line: string) => void) | undefined;
}

/**
 * The named packages and everything they cannot be without, as apt itself would install them on an empty system, in
 * its order. Remembered beside the package lists that the answer comes from.
 * @throws Failure `package-unknown`, `packages-unreachable`, `apt-missing`, `tool-failed`.
 */
export async function packageClosure(host: Host, request: ClosureRequest): Promise<PackageVersion[]> {
  const area = aptArea(host, request.arch);
  const question = ["closure", ...request.names];
  const known = currentLists(area);
  const answer = known && recall(known, question);
  if (answer !== undefined) return answer as PackageVersion[];
  // Names that nobody has get a better message here than from apt; this also fetches lists where there are none.
  for (const name of request.names) await resolvePackage(host, { ...request, package: name });
  const lists = currentLists(area);
  if (!lists) throw new Error("The package lists are gone.");
  const run = (tool: "apt-get" | "apt-cache", args: readonly string[]) =>
    runApt(host, tool, area, lists.folder, args, { signal: request.signal });
  const install = ["install", "--simulate", "--yes", "-o", "APT::Install-Recommends=false", ...request.names];
  const chosen = simulated((await run("apt-get", install)).stdout);
  const closure = inOrder(chosen, (await run("apt-cache", ["show", ...chosen])).stdout, lists);
  remember(lists, question, closure);
  return closure;
}

/** `NAME=VERSION` of what a simulated installation would unpack. */
function simulated(said: string): string[] {
  return [...said.matchAll(/^Inst ([^\s:]+)\S* .*?\(([^\s)]+)/gm)].map(
    ([, name, version]) => `${name}=${version}`,
  );
}

function inOrder(chosen: readonly string[], shown: string, lists: ListSnapshot): PackageVersion[] {
  const found = new Map<string, PackageVersion>();
  for (const stanza of shown.split(/\n\s*\n/)) {
    const read = readPackage(stanza);
    if (!read) continue;
    const { depends: _, ...version } = read;
    found.set(`${read.package}=${read.version}`, version);
  }
  return chosen.map(each => {
    const version = found.get(each);
    if (!version) throw new Error(`The package lists in ${lists.folder} do not describe ${each}.`);
    return version;
  });
}
