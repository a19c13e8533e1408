import { sizesOf } from "../../core/analysis/sizes.ts";
import { Failure } from "../../core/failure.ts";
import { formatBytes } from "../../shared/bytes.ts";
import type { SizeEntry, SizesReport } from "../../shared/report.ts";
import { builtImage } from "../builtImage.ts";
import { writeJson } from "../json.ts";
import { openRecipe, type RecipeOptions } from "../openRecipe.ts";
import { packageTable, shareOf } from "../packageTable.ts";
import { planRecipe } from "../planRecipe.ts";
import { table } from "../table.ts";

export interface SizesOptions extends RecipeOptions {
  readonly by: string;
  readonly depth: string;
}

/** `whittle sizes`: what takes the space in the recipe's tree, which is built first when it is not in the cache. */
export async function sizes(path: string, options: SizesOptions): Promise<number> {
  const show = tableOf(options);
  const { recipe, host } = await openRecipe(path, options);
  const plan = await planRecipe(recipe, host, options);
  const { tree, owners } = await builtImage(plan, host, options);
  const names = plan.stages.map(stage => stage.name);
  const report = sizesOf(tree, names, owners);
  if (options.json) writeJson(report);
  else process.stdout.write(show(report));
  return 0;
}

function tableOf(options: SizesOptions): (report: SizesReport) => string {
  if (options.by === "package") return packageTable;
  const group = grouping(options);
  return report => describe(report, group);
}

function grouping(options: SizesOptions): (entry: SizeEntry) => string[] {
  const depth = Number(options.depth);
  if (!Number.isInteger(depth) || depth < 1) {
    throw new Failure("usage", `--depth is a whole number from 1, not ${options.depth}.`);
  }
  if (options.by === "stage") return entry => [entry.stage];
  if (options.by === "type") return entry => [entry.type];
  if (options.by === "path") return entry => foldersOf(entry.path, depth);
  throw new Failure("usage", `--by takes path, stage, package or type, not ${options.by}.`);
}

function foldersOf(path: string, depth: number): string[] {
  const parts = path.split("/").slice(1);
  const levels = Math.min(depth, parts.length);
  return Array.from({ length: levels }, (_, level) => `/${parts.slice(0, level + 1).join("/")}`);
}

function describe(report: SizesReport, group: (entry: SizeEntry) => string[]): string {
  const sums = new Map<string, number>();
  for (const entry of report.entries) {
    for (const name of group(entry)) sums.set(name, (sums.get(name) ?? 0) + entry.bytes);
  }
  const rows = inOrder(sums).map(([name, bytes]) => [
    formatBytes(bytes),
    shareOf(bytes, report.totalBytes),
    name,
  ]);
  const total = [formatBytes(report.totalBytes), "", `${report.files} files`];
  return table(
    [{ title: "SIZE", align: "right" }, { title: "SHARE", align: "right" }, { title: "WHAT" }],
    [...rows, total],
  );
}

/** The largest first; what lies in a folder follows the folder, so that it can be seen to add up. */
function inOrder(sums: ReadonlyMap<string, number>): [name: string, bytes: number][] {
  const rank = (name: string): readonly [bytes: number, name: string][] => {
    const parts = name.split("/");
    return parts.slice(name.startsWith("/") ? 1 : 0).map((_, level) => {
      const above = parts.slice(0, level + (name.startsWith("/") ? 2 : 1)).join("/");
      return [sums.get(above) ?? 0, above];
    });
  };
  const compare = (a: string, b: string): number => {
    const [ranksA, ranksB] = [rank(a), rank(b)];
    for (const [level, [bytes, name]] of ranksA.entries()) {
      const [otherBytes, other] = ranksB[level] ?? [bytes, name];
      if (name !== other) return otherBytes - bytes || (name < other ? -1 : 1);
    }
    return ranksA.length - ranksB.length;
  };
  return [...sums].filter(([, bytes]) => bytes > 0).sort(([a], [b]) => compare(a, b));
}
