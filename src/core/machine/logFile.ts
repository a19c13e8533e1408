import { parse } from "node:path";
import type { Host } from "../host/host.ts";
import { machineRecords } from "./listMachines.ts";

/** `wanted`, or the first of `console-2.log`, `console-3.log` … that no running machine writes to. */
export async function freeLogFile(host: Host, wanted: string): Promise<string> {
  const taken = new Set((await machineRecords(host)).map(({ record }) => record.spec.logFile));
  const { dir, name, ext } = parse(wanted);
  for (let path = wanted, count = 2; ; count += 1) {
    if (!taken.has(path)) return path;
    path = `${dir}/${name}-${count}${ext}`;
  }
}
