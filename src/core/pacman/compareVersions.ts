/**
 * Compares two versions as pacman does (alpm_pkg_vercmp): epoch, version, and the release when both have one.
 * @returns -1, 0 or 1.
 */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0;
  const one = partsOf(a);
  const two = partsOf(b);
  const first = compareParts(one.epoch, two.epoch) || compareParts(one.version, two.version);
  if (first !== 0 || one.release === undefined || two.release === undefined) return first;
  return compareParts(one.release, two.release);
}

function partsOf(text: string): { epoch: string; version: string; release: string | undefined } {
  const [, epoch, rest = text] = /^(\d*):(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf("-");
  return {
    epoch: epoch || "0",
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? undefined : rest.slice(dash + 1),
  };
}

/** RPM's comparison of runs of digits and letters, as pacman keeps it (rpmvercmp in its version.c). */
function compareParts(a: string, b: string): number {
  if (a === b) return 0;
  let one = a;
  let two = b;
  while (one !== "" && two !== "") {
    const [separatorOne, separatorTwo] = [separatorOf(one), separatorOf(two)];
    one = one.slice(separatorOne.length);
    two = two.slice(separatorTwo.length);
    if (one === "" || two === "") break;
    if (separatorOne.length !== separatorTwo.length)
      return separatorOne.length < separatorTwo.length ? -1 : 1;
    const digits = /^\d/.test(one);
    const run = digits ? /^\d*/ : /^[A-Za-z]*/;
    const left = run.exec(one)?.[0] ?? "";
    const right = run.exec(two)?.[0] ?? "";
    // A number is newer than letters.
    if (right === "") return digits ? 1 : -1;
    const order = digits ? compareNumbers(left, right) : compareText(left, right);
    if (order !== 0) return order;
    one = one.slice(left.length);
    two = two.slice(right.length);
  }
  if (one === "" && two === "") return 0;
  // Letters that are left over (`1.0rc`) make a version older, anything else makes it newer.
  return (one === "" && !/^[A-Za-z]/.test(two)) || /^[A-Za-z]/.test(one) ? -1 : 1;
}

function separatorOf(text: string): string {
  return /^[^A-Za-z0-9]*/.exec(text)?.[0] ?? "";
}

function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return Math.sign(left.length - right.length) || compareText(left, right);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
