const letterPlaces = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
/** UTF-16 units of a long name in each of its records. */
export const lettersPerRecord = letterPlaces.length;
const shortBytes = 11;
const mostInName = 8;
const mostBeforeNumber = 6;
const mostInType = 3;
// What DOS took for a name; all else becomes `_`.
const notShort = /[^A-Z0-9!#$%&'()@^_`{}~-]/g;
const wholeShort = /^[A-Z0-9!#$%&'()@^_`{}~-]{1,8}(\.[A-Z0-9!#$%&'()@^_`{}~-]{1,3})?$/;

/**
 * The short names of the entries of one folder, 11 bytes of ASCII each: the name itself where it is one, else one
 * with a number. Long names stand before them in the folder, so that no code page counts.
 * @param names that differ in more than capitals
 */
export function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const taken = new Set<string>();
  const take = (name: string, short: string): void => {
    found.set(name, short);
    taken.add(short);
  };
  // A name that is a short one keeps it: another's short name in its place would hide it.
  for (const name of names)
    if (isAscii(name) && wholeShort.test(name.toUpperCase())) take(name, padded(...split(name)));
  const tried = new Map<string, number>();
  for (const name of names) {
    if (found.has(name)) continue;
    const [whole, type] = split(name);
    const stem = whole.slice(0, mostBeforeNumber);
    for (;;) {
      const number = (tried.get(`${stem}.${type}`) ?? 0) + 1;
      tried.set(`${stem}.${type}`, number);
      const tail = `~${number}`;
      const short = padded(`${stem.slice(0, mostInName - tail.length)}${tail}`, type);
      if (taken.has(short)) continue;
      take(name, short);
      break;
    }
  }
  return found;
}

/** Entries of 32 bytes for a long name, the last part first as they lie in the folder. */
export function longNameRecords(name: string, short: string): readonly Buffer[] {
  const sum = [...Buffer.from(short, "latin1")].reduce(
    (at, byte) => (((at << 7) | (at >> 1)) + byte) & 0xff,
    0,
  );
  const count = Math.ceil(name.length / lettersPerRecord);
  return Array.from({ length: count }, (_, index) => {
    const part = count - index;
    const record = Buffer.alloc(32);
    record[0] = part | (index === 0 ? 0x40 : 0);
    record[11] = 0x0f;
    record[13] = sum;
    for (const [letter, place] of letterPlaces.entries()) {
      const at = (part - 1) * lettersPerRecord + letter;
      record.writeUInt16LE(at < name.length ? name.charCodeAt(at) : at === name.length ? 0 : 0xffff, place);
    }
    return record;
  });
}

function split(name: string): [stem: string, type: string] {
  const bare = name.toUpperCase().replaceAll(" ", "").replace(/^\.+/, "");
  const dot = bare.lastIndexOf(".");
  const stem = (dot < 0 ? bare : bare.slice(0, dot)).replaceAll(".", "");
  const type = dot < 0 ? "" : bare.slice(dot + 1);
  return [stem.replace(notShort, "_").slice(0, mostInName), type.replace(notShort, "_").slice(0, mostInType)];
}

function padded(stem: string, type: string): string {
  return `${stem.padEnd(mostInName)}${type}`.padEnd(shortBytes);
}

function isAscii(name: string): boolean {
  return /^\p{ASCII}*$/u.test(name);
}
