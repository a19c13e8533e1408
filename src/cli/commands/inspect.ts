import { resolve } from "node:path";
import { inspectUki, type UkiReport } from "../../core/analysis/inspectUki.ts";
import { ukiText } from "../../core/analysis/ukiText.ts";
import type { CommonOptions } from "../commonOptions.ts";
import { writeJson } from "../json.ts";
import { interruption } from "../runCommand.ts";

/** `whittle inspect`: what a unified kernel image holds. */
export async function inspect(path: string, options: CommonOptions): Promise<number> {
  const report: UkiReport = await inspectUki(resolve(path), interruption.signal);
  if (options.json) writeJson(report);
  else process.stdout.write(ukiText(report));
  return 0;
}
