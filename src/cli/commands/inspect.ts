import { resolve } from "node:path";
import { imagePage } from "../../core/analysis/inspect/imagePage.ts";
import { inspectImage } from "../../core/analysis/inspect/inspectImage.ts";
import { pageText } from "../../core/analysis/inspect/pageText.ts";
import { digestOfFile } from "../../core/build/digest.ts";
import { openHost } from "../../core/host/openHost.ts";
import type { ImageReport } from "../../shared/inspection.ts";
import type { CommonOptions } from "../commonOptions.ts";
import { writeJson } from "../json.ts";
import { interruption } from "../runCommand.ts";

/** `whittle inspect`: what an image holds. */
export async function inspect(image: string, options: CommonOptions): Promise<number> {
  const path = resolve(image);
  const { signal } = interruption;
  const report = await inspectImage(path, openHost(), signal);
  const { sha256 } = await digestOfFile(path, signal);
  const whole: ImageReport = { ...report, sha256 };
  if (options.json) writeJson(whole);
  else process.stdout.write(pageText(imagePage(whole), sha256));
  return 0;
}
