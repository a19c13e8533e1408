import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { acquireLock } from "../../../build/lock.ts";
import { removeFolder } from "../../../build/removeFolder.ts";
import { makeTempFolder, sweepTempFolders } from "../../../build/tempFolder.ts";
import {
  type AptArea,
  currentLists,
  type ListSnapshot,
  pointerOf,
  snapshotsOf,
} from "../../../debian/aptArea.ts";
import { prepareLists, runApt } from "../../../debian/aptCommand.ts";
import { mirrorFailure, mirrorProblems } from "../../../debian/mirrorProblems.ts";
import type { Host } from "../../../host/host.ts";

/** What apt has to be told besides, to know of sources at all. */
export const sourceTargets = Object.entries({
  MetaKey: "$(COMPONENT)/source/Sources",
  flatMetaKey: "Sources",
  ShortDescription: "Sources",
  Description: "$(RELEASE)/$(COMPONENT) Sources",
  flatDescription: "$(RELEASE) Sources",
  Optional: "false",
}).flatMap(([key, value]) => ["-o", `Acquire::IndexTargets::deb-src::Sources::${key}=${value}`]);

/**
 * Lists of source packages newer than `known`, or any when there are none.
 * @throws Failure `packages-unreachable`, `apt-missing`.
 */
export async function updateSourceLists(
  host: Host,
  area: AptArea,
  known: ListSnapshot | undefined,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<ListSnapshot> {
  const onWait = (pid: number): void =>
    log(`waiting for process ${pid}, which fetches the lists of source packages`);
  const lock = await acquireLock(join(area.folder, "update.lock"), { signal, onWait });
  const working = join(area.folder, "tmp");
  await sweepTempFolders(working);
  const temp = makeTempFolder(working);
  try {
    const now = currentLists(area);
    if (now && now.id !== known?.id) return now;
    const folder = await temp.folder();
    await prepareLists(area, folder);
    const said: string[] = [];
    const onLine = (line: string): void => {
      said.push(line);
      log(line);
    };
    const accept = Array.from({ length: 256 }, (_, code) => code);
    await runApt(host, "apt-get", area, folder, [...sourceTargets, "update"], { signal, onLine, accept });
    const id = await identify(join(folder, "lists"));
    const problems = mirrorProblems(said);
    if (id === undefined) throw mirrorFailure("The lists of source packages could not be fetched", problems);
    const made = { folder: join(snapshotsOf(area), id), id };
    if (id === now?.id) return made;
    await mkdir(snapshotsOf(area), { recursive: true });
    await removeFolder(made.folder);
    await rename(folder, made.folder);
    const pointer = temp.file();
    await writeFile(pointer, `${id}\n`);
    await rename(pointer, pointerOf(area));
    // Somebody may still read the one before; those before that are nobody's.
    for (const name of await readdir(snapshotsOf(area))) {
      if (name !== id && name !== now?.id) await removeFolder(join(snapshotsOf(area), name));
    }
    return made;
  } finally {
    await temp.remove();
    lock.release();
  }
}

/** Names lists by what was signed; undefined when there are none. */
async function identify(lists: string): Promise<string | undefined> {
  const names = (await readdir(lists)).sort();
  if (!names.some(name => /_Sources(?:\.[a-z0-9]+)?$/.test(name))) return undefined;
  const hash = createHash("sha256");
  for (const name of names) {
    const isSigned = /_(?:In)?Release$/.test(name);
    hash.update(JSON.stringify([name, isSigned ? await readFile(join(lists, name), "utf8") : ""]));
  }
  return hash.digest("hex").slice(0, 24);
}
