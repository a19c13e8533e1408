import type { ParameterPath } from "../../../stages/stage.ts";
import type { OutputContext } from "../../output.ts";
import type { DiskParameters } from "../diskSchema.ts";
import type { Extra } from "../extra/planExtras.ts";
import { checkNotTooLarge, diskBytes, freeBytes } from "../fitDisk.ts";
import { isReadOnly } from "../root/rootKind.ts";

/** What an MBR's 32 bits can number, with sectors of 512 bytes. */
const mostMbrBytes = 2 ** 32 * 512;

/**
 * Refuses what is too large by what is asked for alone, before anything is written.
 * @param swap bytes of the disk's own swap partition
 * @throws Failure `disk-too-large`, located
 */
export function checkDiskSize(
  given: DiskParameters,
  table: "mbr" | "gpt",
  swap: number,
  extras: readonly Extra[],
  context: OutputContext,
): void {
  const whole = diskBytes(given, context);
  const check = (bytes: number, at: ParameterPath): void => checkWhole(bytes, table, at, context);
  if (whole !== undefined) check(whole, ["size"]);
  check(swap, ["swap"]);
  let sum = swap;
  for (const { bytes, free, index } of extras) {
    sum += bytes ?? free;
    check(sum, ["extra", index, bytes === undefined ? "free" : "size"]);
  }
  if (whole === undefined && !isReadOnly(given)) check(sum + freeBytes(given, context), ["free"]);
}

/** @throws Failure `disk-too-large` for what no table can number or no file can hold, located at the parameter `at` */
export function checkWhole(
  bytes: number,
  table: "mbr" | "gpt",
  at: ParameterPath,
  context: OutputContext,
): void {
  checkNotTooLarge(bytes, at, context);
  if (table === "gpt" || bytes <= mostMbrBytes) return;
  throw context.fail("disk-too-large", "A disk with an MBR has at most 2 TiB.", {
    at,
    advice: "Write partitions: gpt, or ask for less.",
  });
}
