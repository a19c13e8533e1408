import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { storePaths } from "../build/storePaths.ts";
import { makeTempFolder } from "../build/tempFolder.ts";
import { moveSynced, writeSynced } from "../build/writeSynced.ts";
import { Failure } from "../failure.ts";
import type { WorkContext } from "../stages/stage.ts";
import { fetchFile, isAbsent } from "./fetchFile.ts";
import type { PinnedPackage } from "./package.ts";
import { packageAddresses } from "./packageAddresses.ts";
import type { Repository } from "./repository.ts";

/**
 * The detached signature of a package: from the database, else from the file beside the package. Nothing is checked
 * here; pacman does that.
 * @returns absolute path; undefined when the repository's level wants none, or wants none that is not there.
 * @throws Failure `signature-missing`, `packages-unreachable`.
 */
export async function fetchSignature(
  wanted: PinnedPackage,
  repository: Repository | undefined,
  context: WorkContext,
  signal: AbortSignal,
): Promise<string | undefined> {
  const level = repository?.signatures ?? "required";
  if (level === "never") return undefined;
  const paths = storePaths(context.host.cacheDir);
  const target = join(paths.downloads, `${wanted.sha256}.sig`);
  const temp = makeTempFolder(paths.temp);
  try {
    const fresh = temp.file();
    if (wanted.signature !== undefined) {
      const bytes = Buffer.from(wanted.signature, "base64");
      if ((await readFile(target).catch(() => undefined))?.equals(bytes)) return target;
      await writeSynced(fresh, bytes);
    } else {
      // A signature of one's own repository may be made anew at any time; one on a server stays.
      const remembered = !wanted.url.startsWith("file:") && (await stat(target).catch(() => undefined));
      if (remembered) return target;
      if (!(await fetchFirst(wanted, repository, fresh, context, signal))) {
        if (level === "optional") return undefined;
        throw missing(wanted);
      }
    }
    await moveSynced(fresh, target);
    return target;
  } finally {
    await temp.remove();
  }
}

async function fetchFirst(
  wanted: PinnedPackage,
  repository: Repository | undefined,
  path: string,
  { host: { env } }: WorkContext,
  signal: AbortSignal,
): Promise<boolean> {
  let worst: Failure | undefined;
  for (const address of packageAddresses(wanted, repository)) {
    try {
      await fetchFile(`${address}.sig`, path, { env, signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure) || error.code === "disk-full") throw error;
      if (!isAbsent(error)) worst = error;
    }
  }
  if (!worst) return false;
  const message = `The signature of ${wanted.name} ${wanted.version} cannot be had. ${worst.message}`;
  throw new Failure("packages-unreachable", message, { advice: worst.advice, cause: worst });
}

function missing({ name, version, repository }: PinnedPackage): Failure {
  return new Failure(
    "signature-missing",
    `${name} ${version} of the repository ${repository} has no signature, but must have one.`,
    {
      advice:
        "Sign it (gpg --detach-sign, then repo-add), or say of this repository that it needs none: " +
        "`repositories: [{ name: NAME, servers: …, siglevel: optional }]`.",
    },
  );
}
