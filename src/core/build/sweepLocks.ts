import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { lockLeftover, tokenOf, tryLock } from "./lock.ts";
import { isAlive } from "./processToken.ts";

const claimAgeMs = 60 * 60 * 1000;

/** Removes the locks in `folder` and below whose holders are dead, and what takers that were killed left beside them. */
export function sweepLocks(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    const leftover = lockLeftover.exec(name)?.groups;
    if (!leftover && name.endsWith(".lock")) tryLock(path)?.release();
    else if (!leftover) continue;
    else if (leftover["what"] === "mine" && isAlive(tokenOf(leftover["id"] ?? "")) === false)
      rmSync(path, { force: true });
    else if (leftover["what"] === "after" && unused(folder, leftover["lock"] ?? "", path))
      rmSync(path, { force: true });
  }
}

// A claim means something only as long as the lock that it succeeds exists.
function unused(folder: string, lock: string, claim: string): boolean {
  const found = statSync(claim, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > claimAgeMs && !existsSync(join(folder, lock));
}
