import { stat } from "node:fs/promises";
import { join } from "node:path";
import { digestOfFile } from "../../../build/digest.ts";
import { acquireLock } from "../../../build/lock.ts";
import { storePaths } from "../../../build/storePaths.ts";
import { makeTempFolder } from "../../../build/tempFolder.ts";
import { moveSynced } from "../../../build/writeSynced.ts";
import { currentLists } from "../../../debian/aptArea.ts";
import { runApt } from "../../../debian/aptCommand.ts";
import { mirrorFailure, mirrorProblems } from "../../../debian/mirrorProblems.ts";
import { Failure } from "../../../failure.ts";
import type { Host } from "../../../host/host.ts";
import { sourceArea } from "./sourceArea.ts";
import { sourceTargets, updateSourceLists } from "./sourceLists.ts";
import type { SourceFile, SourcePackage, SourceRequest } from "./sourcePackage.ts";

/**
 * The files of a source package that resolveSourcePackage() found, from the cache or the mirror.
 * @returns absolute paths by name, each with exactly its digest.
 * @throws Failure `package-outdated`, `packages-unreachable`, `package-damaged`.
 */
export async function fetchSourcePackage(
  host: Host,
  wanted: SourcePackage,
  request: Omit<SourceRequest, "package" | "fresh">,
): Promise<ReadonlyMap<string, string>> {
  const { signal, log } = request;
  const paths = storePaths(host.cacheDir);
  const folder = join(paths.downloads, "debian-source");
  const place = ({ sha256 }: SourceFile): string => join(folder, sha256);
  const all = new Map(wanted.files.map(each => [each.name, place(each)]));
  if (await areThere(wanted.files, place)) return all;
  const first = wanted.files[0];
  const onWait = (pid: number): void => log(`waiting for process ${pid}, which fetches ${wanted.package}`);
  const lock = await acquireLock(join(folder, `${first?.sha256}.lock`), { signal, onWait });
  const temp = makeTempFolder(paths.temp);
  try {
    if (await areThere(wanted.files, place)) return all;
    const arrival = await temp.folder();
    await download(host, wanted, arrival, request);
    for (const file of wanted.files) {
      const path = join(arrival, file.name);
      const digest = await digestOfFile(path, signal).catch(() => undefined);
      if (digest?.sha256 !== file.sha256) throw damaged(file);
      await moveSynced(path, place(file));
    }
    return all;
  } finally {
    await temp.remove();
    lock.release();
  }
}

async function areThere(files: readonly SourceFile[], place: (file: SourceFile) => string): Promise<boolean> {
  for (const file of files) {
    const found = await stat(place(file)).catch(() => undefined);
    if (found?.size !== file.size) return false;
  }
  return true;
}

async function download(
  host: Host,
  wanted: SourcePackage,
  arrival: string,
  { arch, aptConfig, signal, log }: Omit<SourceRequest, "package" | "fresh">,
): Promise<void> {
  const area = sourceArea(host, arch, aptConfig);
  const lists = currentLists(area) ?? (await updateSourceLists(host, area, undefined, signal, log));
  const said: string[] = [];
  const onLine = (line: string): void => {
    said.push(line);
    log(line);
  };
  const name = `${wanted.package}=${wanted.version}`;
  const args = [...sourceTargets, "source", "--download-only", "--only-source", name];
  const options = { signal, onLine, cwd: arrival, accept: [0, 100] };
  const { exitCode } = await runApt(host, "apt-get", area, lists.folder, args, options);
  if (exitCode === 0) return;
  if (!/\b404\b|Hash Sum mismatch|unexpected size|Unable to find|was not found/i.test(said.join("\n"))) {
    throw mirrorFailure(`The source package ${wanted.package} could not be fetched`, mirrorProblems(said));
  }
  await updateSourceLists(host, area, lists, signal, log);
  throw new Failure(
    "package-outdated",
    `The mirrors no longer have the source package ${wanted.package} in version ${wanted.version}.`,
    { advice: "Newer lists are here now: build again to take the version they have." },
  );
}

function damaged({ name }: SourceFile): Failure {
  return new Failure("package-damaged", `What came as ${name} is not what the package lists say.`, {
    advice: "It was thrown away. Build again; if it stays so, the mirror is damaged: choose another one.",
  });
}
