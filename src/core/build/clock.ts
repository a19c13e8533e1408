import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";

/**
 * The clock that everything in an image shows: SOURCE_DATE_EPOCH, else 0. Whole seconds since 1970.
 * @throws Failure `bad-clock` when SOURCE_DATE_EPOCH is no such number.
 */
export function fixedClock(host: Host): number {
  const text = host.env["SOURCE_DATE_EPOCH"];
  if (text === undefined || text === "") return 0;
  const seconds = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  // File systems and archives of the images hold 32 unsigned bits.
  if (seconds <= 0xffffffff) return seconds;
  throw new Failure("bad-clock", `SOURCE_DATE_EPOCH is ${JSON.stringify(text)}.`, {
    advice: "It takes whole seconds since 1970, from 0 to 4294967295; unset it to use 0.",
  });
}
