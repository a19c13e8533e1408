export interface RandomPackage {
  readonly name: string;
  readonly version: string;
  readonly groups: readonly string[];
  readonly depends: readonly string[];
  readonly provides: readonly string[];
  readonly conflicts: readonly string[];
}

/** Whole numbers from 0 to below the limit, the same for the same seed. */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return limit => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const letters = "abcdefghijklmnop".split("");
const relations = ["=", ">=", ">=", "<", "<=", ">"];

/** Repositories in which most things exist, are provided by several, or exclude each other. */
export function randomRepositories(seed: number): {
  readonly repositories: ReadonlyMap<string, readonly RandomPackage[]>;
  readonly wanted: readonly string[];
} {
  const random = randomNumbers(seed);
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const several = <T>(most: number, make: () => T): T[] => Array.from({ length: random(most + 1) }, make);
  const version = () => `${1 + random(3)}-${1 + random(2)}`;
  const name = () => `${random(5) === 0 ? "virtual" : "pkg"}-${pick(letters)}`;
  const dependency = () => {
    const relation = random(4) === 0 ? pick(relations) : "";
    return relation === "" ? name() : `${name()}${relation}${1 + random(3)}`;
  };
  const virtual = (letter: string) => `virtual-${letter}${random(2) ? `=${version()}` : ""}`;
  const make = (letter: string): RandomPackage => {
    const provides = [virtual(letter), ...several(2, () => virtual(pick(letters))), ...several(1, name)];
    return {
      name: `pkg-${letter}`,
      version: version(),
      groups: several(1, () => pick(["all", "some"])),
      depends: several(2, dependency),
      provides,
      conflicts: random(6) === 0 ? [random(3) ? pick(provides) : name()] : [],
    };
  };
  const repositories = new Map([
    ["one", letters.filter(() => random(2) > 0).map(make)],
    ["two", letters.map(make)],
  ]);
  // pacman refuses a group together with one of its members.
  const wanted = random(6) === 0 ? ["some"] : [...new Set([name(), ...several(3, name)])];
  return { repositories, wanted };
}
