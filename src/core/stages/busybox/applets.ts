import { byPlace, type Folder, placesIn, usualFolder } from "./appletFolders.ts";

/** One command of a BusyBox. */
export interface Applet {
  readonly name: string;
  /** Folder in the image, "" for its root. */
  readonly folder: Folder;
}

const namePattern = /^[a-z0-9[_.+-]{1,24}$/;
// Enough to tell the table from other lists of words in the program.
const fewest = 8;

/**
 * Reads from a BusyBox program which applets it has and where its installer would link them. Its tables say so:
 * the program need not run, so one for another architecture does as well, and the answer is the same on every host.
 * @returns sorted by name; empty when the program has no table that can be found (packed ones hide it).
 */
export function readApplets(program: Buffer): Applet[] {
  const names = readNames(program);
  const places = placesIn(program, names);
  return names.map((name, index) => ({
    name,
    folder: places === undefined ? usualFolder(name) : byPlace(places[index] ?? 0),
  }));
}

/** The names lie one after another, each ended by a NUL, in byte order. The longest such list is the table. */
function readNames(program: Buffer): string[] {
  let best: string[] = [];
  for (const common of ["cat", "sh", "mount", "ls", "echo", "init", "ash"]) {
    const anchor = Buffer.from(`\0${common}\0`, "latin1");
    for (let at = program.indexOf(anchor); at >= 0; at = program.indexOf(anchor, at + 1)) {
      const names = [
        ...namesBefore(program, at, common),
        common,
        ...namesAfter(program, at + anchor.length, common),
      ];
      if (names.length > best.length) best = names;
    }
  }
  return best.length >= fewest ? best : [];
}

/** @param end offset of the NUL before the next name. */
function namesBefore(program: Buffer, end: number, next: string): string[] {
  const names: string[] = [];
  for (let stop = end, following = next; stop > 0; ) {
    const start = program.lastIndexOf(0, stop - 1) + 1;
    const name = program.toString("latin1", start, Math.min(stop, start + 32));
    if (!namePattern.test(name) || name >= following) break;
    names.unshift(name);
    following = name;
    stop = start - 1;
  }
  return names;
}

function namesAfter(program: Buffer, begin: number, previous: string): string[] {
  const names: string[] = [];
  for (let start = begin, before = previous; ; ) {
    const stop = program.indexOf(0, start);
    const name = program.toString("latin1", start, Math.min(stop, start + 32));
    if (stop < 0 || !namePattern.test(name) || name <= before) return names;
    names.push(name);
    before = name;
    start = stop + 1;
  }
}
