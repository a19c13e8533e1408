import usual from "./usualFolders.json" with { type: "json" };

/** Folders that BusyBox installs to. */
export type Folder = "" | "bin" | "sbin" | "usr/bin" | "usr/sbin";

// In the order of BusyBox's own numbers for them.
const folders: readonly Folder[] = ["", "bin", "sbin", "usr/bin", "usr/sbin"];

const usualNumbers = new Map<string, number>(
  Object.entries(usual).flatMap(([folder, names]) =>
    names.split(" ").map(name => [name, folders.indexOf(folder as Folder)] as const),
  ),
);

/** The folder behind one of BusyBox's numbers. */
export function byPlace(number: number): Folder {
  return folders[number] ?? "usr/bin";
}

/** Where an applet goes in a BusyBox that does not say so itself. */
export function usualFolder(name: string): Folder {
  return name === "linuxrc" ? "" : byPlace(usualNumbers.get(name) ?? folders.indexOf("usr/bin"));
}

/**
 * Finds the table of the installer: for each applet, in the order of the names, half a byte with the number of its
 * folder. It is recognised by the applets whose folder everybody knows.
 * @returns undefined when the program has none (a BusyBox without an installer).
 */
export function placesIn(program: Buffer, names: readonly string[]): readonly number[] | undefined {
  const known = names.flatMap((name, index) => {
    const number = usualNumbers.get(name);
    return number === undefined ? [] : [{ index, number }];
  });
  if (known.length < 12) return undefined;
  // From one release to the next a few applets move.
  const most = Math.floor(known.length / 20);
  let best: { at: number; wrong: number } | undefined;
  for (let at = 0; at + Math.ceil(names.length / 2) <= program.length; at++) {
    const limit = best ? best.wrong - 1 : most;
    const wrong = mistakes(program, at, known, limit);
    if (wrong <= limit) best = { at, wrong };
    if (wrong === 0) break;
  }
  const found = best?.at;
  if (found === undefined) return undefined;
  const places = names.map((_, index) => halfByte(program, found, index));
  return places.every(place => place < folders.length) ? places : undefined;
}

function mistakes(
  program: Buffer,
  at: number,
  known: readonly { index: number; number: number }[],
  limit: number,
): number {
  let wrong = 0;
  for (const { index, number } of known) {
    if (halfByte(program, at, index) !== number && ++wrong > limit) return wrong;
  }
  return wrong;
}

function halfByte(program: Buffer, at: number, index: number): number {
  const byte = program[at + (index >> 1)] ?? 0;
  return index % 2 === 0 ? byte & 15 : byte >> 4;
}
