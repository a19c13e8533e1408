import type { PinnedPackage } from "./package.ts";
import { fileAt, type Repository } from "./repository.ts";

const official = new Set(["core", "extra", "multilib", "core-testing", "extra-testing", "multilib-testing"]);

/**
 * Where the file of a package can be had, best first: where it was found, the other servers of its repository, and,
 * for what came from a server as Arch's own, the archive that keeps every version. Its digest is known, so it does
 * not matter who gives it.
 */
export function packageAddresses(
  { url, file, name, repository: repositoryName }: PinnedPackage,
  repository: Repository | undefined,
): string[] {
  const others = (repository?.servers ?? []).map(server => fileAt(server, file));
  const fromArch = official.has(repositoryName) && url.startsWith("https:");
  const archive = `https://archive.archlinux.org/packages/${name.slice(0, 1)}/${name}`;
  return [...new Set([url, ...others, ...(fromArch ? [fileAt(archive, file)] : [])])];
}
