import { formatBytes } from "../shared/bytes.ts";
import type { SizesReport } from "../shared/report.ts";
import { table } from "./table.ts";

/** The packages of an image, the biggest first; what belongs to none stands under the stage that made it. */
export function packageTable(report: SizesReport): string {
  const { totalBytes, files } = report;
  const rows = [...report.packages, ...unowned(report)]
    .sort((a, b) => b.bytes - a.bytes)
    .map(each => [
      formatBytes(each.bytes),
      shareOf(each.bytes, totalBytes),
      String(each.files),
      each.label,
      each.version,
    ]);
  const total = [formatBytes(totalBytes), "", String(files), `${report.packages.length} packages`];
  return table(
    [
      { title: "SIZE", align: "right" },
      { title: "SHARE", align: "right" },
      { title: "FILES", align: "right" },
      { title: "PACKAGE" },
      { title: "VERSION" },
    ],
    [...rows, total],
  );
}

/** `part` of `whole` as a percentage. */
export function shareOf(part: number, whole: number): string {
  return whole === 0 ? "" : `${((100 * part) / whole).toFixed(1)} %`;
}

function unowned({
  entries,
}: SizesReport): { label: string; version: string; bytes: number; files: number }[] {
  const byStage = new Map<string, { bytes: number; files: number }>();
  for (const { package: owner, type, stage, bytes } of entries) {
    if (owner !== undefined || type !== "file") continue;
    const sum = byStage.get(stage) ?? { bytes: 0, files: 0 };
    byStage.set(stage, { bytes: sum.bytes + bytes, files: sum.files + 1 });
  }
  return Array.from(byStage, ([stage, sum]) => ({
    label: `no package, stage ${stage}`,
    version: "",
    ...sum,
  }));
}
