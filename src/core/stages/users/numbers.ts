import type { ColonTable } from "./colonTable.ts";

const firstPerson = 1000;
const lastSystem = 999;
const nobody = 65_534;

/** The numbers in the third field of all lines. */
export function numbersIn(table: ColonTable): Set<number> {
  return new Set(table.rows().flatMap(row => (/^\d+$/.test(row[2] ?? "") ? [Number(row[2])] : [])));
}

/**
 * A number that is free in all of `taken`: the lowest from 1000 up, for the system the highest from 999 down.
 * @returns undefined when all are taken.
 */
export function freeNumber(taken: readonly ReadonlySet<number>[], system: boolean): number | undefined {
  const isFree = (number: number) => number < nobody && number > 0 && !taken.some(each => each.has(number));
  const step = system ? -1 : 1;
  for (let number = system ? lastSystem : firstPerson; number > 0 && number < nobody; number += step) {
    if (isFree(number)) return number;
  }
  return undefined;
}
