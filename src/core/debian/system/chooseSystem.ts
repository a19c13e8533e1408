import { storePaths } from "../../build/storePaths.ts";
import { makeTempFolder } from "../../build/tempFolder.ts";
import type { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import type { Json } from "../../stages/stage.ts";
import type { AptArea, ListSnapshot } from "../aptArea.ts";
import { debianArch } from "../architecture.ts";
import { remember } from "../listMemo.ts";
import { isUnreachable, updateLists } from "../refreshPackageLists.ts";
import { unknownPackage } from "../unknownPackage.ts";
import { choosePackages, NotInLists } from "./choosePackages.ts";
import type { SystemRequest, UnknownPackage } from "./resolveSystem.ts";
import type { AptChoice, DebianSystem } from "./systemPackage.ts";

export interface SystemQuestion extends SystemRequest {
  readonly area: AptArea;
  /** Of the image's sources.list. */
  readonly lines: readonly string[];
  /** What the answer is remembered by. */
  readonly question: Json;
}

/**
 * Lets apt choose a system's packages, from new lists where there are none, where the caller wants them, and where
 * the known ones lack a package.
 * @throws Failure as resolveSystem() does.
 */
export async function chooseSystem(
  host: Host,
  asked: SystemQuestion,
  known: ListSnapshot | undefined,
  unknown: (found: UnknownPackage) => unknown,
): Promise<DebianSystem> {
  const { area, signal, log } = asked;
  const old = asked.fresh ? undefined : known;
  const newer = () => updateLists(host, area, known, signal, log);
  let lists = old ?? (await newer());
  let outdated: Failure | undefined;
  let answer = await choose(host, asked, lists);
  if (answer instanceof NotInLists && old) {
    log?.(`${answer.wanted} is not in the package lists: asking the mirrors for newer ones`);
    try {
      lists = await newer();
      answer = await choose(host, asked, lists);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      outdated = error;
    }
  }
  if (answer instanceof NotInLists) {
    const { wanted } = answer;
    const failure = await unknownPackage(host, area, lists, { ...asked, package: wanted }, outdated);
    throw unknown({ wanted, failure });
  }
  const system = systemOf(asked, answer);
  remember(lists, asked.question, system);
  return system;
}

async function choose(
  host: Host,
  asked: SystemQuestion,
  lists: ListSnapshot,
): Promise<AptChoice | NotInLists> {
  const temp = makeTempFolder(storePaths(host.cacheDir).temp);
  try {
    const wanted = { ...asked, arch: debianArch(asked.arch), scratch: await temp.folder() };
    return await choosePackages(host, asked.area, lists, wanted);
  } catch (error) {
    if (error instanceof NotInLists) return error;
    throw error;
  } finally {
    await temp.remove();
  }
}

function systemOf({ suite, lines }: SystemQuestion, { packages, second }: AptChoice): DebianSystem {
  return {
    suite,
    sources: lines,
    manual: [...second].sort(),
    packages: [...packages].sort((a, b) => (a.package < b.package ? -1 : 1)),
  };
}
