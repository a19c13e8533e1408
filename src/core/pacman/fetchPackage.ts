import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { digestOfFile } from "../build/digest.ts";
import { explainDiskFull } from "../build/diskFull.ts";
import { fileDigest } from "../build/download/fileDigest.ts";
import { download } from "../build/download.ts";
import { storePaths } from "../build/storePaths.ts";
import { makeTempFolder } from "../build/tempFolder.ts";
import { moveSynced } from "../build/writeSynced.ts";
import { Failure } from "../failure.ts";
import type { WorkContext } from "../stages/stage.ts";
import { isAbsent, noLocalFile } from "./fetchFile.ts";
import type { PinnedPackage } from "./package.ts";
import { packageAddresses } from "./packageAddresses.ts";
import { isLocal, type Repository } from "./repository.ts";

/**
 * A package from the cache, or from the first address that gives it with the right digest.
 * @param onProgress bytes of it that are here.
 * @returns absolute path of a file with exactly the package's digest.
 * @throws Failure `package-outdated` when no address has this version any more, `package-damaged`,
 * `packages-unreachable`, `disk-full`.
 */
export async function fetchPackage(
  wanted: PinnedPackage,
  repository: Repository | undefined,
  context: WorkContext,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<string> {
  const failures: Failure[] = [];
  for (const address of packageAddresses(wanted, repository)) {
    try {
      return isLocal(address)
        ? await copyPackage(address, wanted, context, signal)
        : await downloadPackage(address, wanted, context, signal, onProgress);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure) || error.code === "disk-full") throw error;
      failures.push(error);
      context.log(error.message);
    }
  }
  throw explain(wanted, failures);
}

function downloadPackage(
  url: string,
  { sha256 }: PinnedPackage,
  { host }: WorkContext,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<string> {
  const folder = storePaths(host.cacheDir).downloads;
  return download({ url, sha256, folder, env: host.env, signal, onProgress });
}

async function copyPackage(
  address: string,
  { sha256, file }: PinnedPackage,
  { host }: WorkContext,
  signal: AbortSignal,
): Promise<string> {
  const paths = storePaths(host.cacheDir);
  const target = join(paths.downloads, sha256);
  if ((await fileDigest(target, signal)) === sha256) return target;
  const temp = makeTempFolder(paths.temp);
  try {
    const from = fileURLToPath(address);
    const copy = temp.file();
    await copyFile(from, copy).catch((error: NodeJS.ErrnoException) => {
      throw noLocalFile(from, error);
    });
    if ((await digestOfFile(copy, signal)).sha256 !== sha256)
      throw new Failure("sha256-wrong", `${from} is not the ${file} that the repository's database names.`);
    await mkdir(paths.downloads, { recursive: true });
    await moveSynced(copy, target);
    return target;
  } catch (error) {
    throw explainDiskFull(error, [paths.temp]);
  } finally {
    await temp.remove();
  }
}

function explain(wanted: PinnedPackage, failures: readonly Failure[]): Failure {
  const what = `${wanted.name} ${wanted.version}`;
  const wrong = failures.find(each => each.code === "sha256-wrong");
  const said = failures.map(each => each.message).join(" ");
  if (failures.every(isAbsent)) {
    const message = `No server has ${what} of ${wanted.repository} any more. ${said}`;
    return new Failure("package-outdated", message);
  }
  if (wrong) {
    return new Failure("package-damaged", `What came as ${what} is not what the database says. ${said}`, {
      advice:
        "It was thrown away. Build again; if it stays so, the repository was changed without repo-add, or the mirror is " +
        "damaged: choose another one.",
      cause: wrong,
    });
  }
  return new Failure("packages-unreachable", `The package ${what} cannot be had. ${said}`, {
    advice: failures[0]?.advice ?? "Check the network and build again.",
    cause: failures[0],
  });
}
