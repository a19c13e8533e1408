import { lstatSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { BuildReport, ManifestReport, OutputReport } from "../../shared/report.ts";
import type { ProducedFile } from "../outputs/output.ts";
import type { LoadedRecipe } from "../recipe/loaded.ts";
import type { StagePackage } from "../stages/stage.ts";
import type { PlannedOutput } from "./plan.ts";
import type { StageWarning } from "./warnings.ts";

/** A file in the out folder as we left it. */
export interface MadeFile {
  readonly fileName: string;
  readonly size: number;
  readonly mtimeNs: string;
}

export interface RecordedFile extends MadeFile {
  readonly role: ProducedFile["role"];
  readonly cmdline?: ProducedFile["cmdline"];
  /** Hex. */
  readonly sha256: string;
  /** Of a packed image: size of the image in bytes. */
  readonly unpackedBytes?: number;
  /** The file beside it that holds its sha256; absent before it is published. */
  readonly checksum?: MadeFile;
}

export interface RecordedOutput {
  readonly kind: string;
  readonly key: string;
  readonly files: readonly RecordedFile[];
  readonly warnings: readonly StageWarning[];
}

/** The file that says what an image is made of. */
export interface RecordedManifest extends Omit<MadeFile, "fileName"> {
  readonly fileName: typeof manifestFile;
  /** Hex. */
  readonly sha256: string;
}

export const manifestFile = "manifest.json";

/** What we know about an out folder: `<out>/.whittle/build.json`. */
export interface BuildRecord {
  /** By output name; also outputs that the last build was not asked for. */
  readonly outputs: Readonly<Record<string, RecordedOutput>>;
  /** Every file that is there by our doing; only these are ever removed. */
  readonly made: readonly MadeFile[];
  /** `manifest.json` as we left it; absent until one was written. */
  readonly manifest?: RecordedManifest | undefined;
  /** Absent until a build has finished. */
  readonly last?: FinishedBuild | undefined;
}

export interface FinishedBuild {
  readonly report: BuildReport;
  /** Names the final tree. */
  readonly treeKey: string;
  /** ms since 1970. */
  readonly finishedAt: number;
  /** Per stage of `report`. */
  readonly warnings: readonly (readonly StageWarning[])[];
  /** Per stage of `report`: the packages that it brought without leaving a package database in the image. */
  readonly packages?: readonly (readonly StagePackage[])[] | undefined;
}

/** What the last finished build of a recipe did, and the state of its outputs. */
export interface LastBuild extends FinishedBuild, Pick<BuildRecord, "outputs"> {
  /** Absolute. */
  readonly outDir: string;
}

export const lastBuildFormat = 1;

/** Where a recipe's images go: `out/<name>/` beside the recipe, unless told otherwise. Absolute. */
export function outFolder(recipe: LoadedRecipe, outDir?: string): string {
  return outDir === undefined ? join(dirname(recipe.file), "out", recipe.name) : resolve(outDir);
}

export function lastBuildPath(outDir: string): string {
  return join(outDir, ".whittle", "build.json");
}

/** Reads the record; a missing or damaged one means: nothing known, nothing of ours to remove. */
export function readRecord(outDir: string): BuildRecord {
  try {
    const parsed: unknown = JSON.parse(readFileSync(lastBuildPath(outDir), "utf8"));
    if (isRecord(parsed)) return parsed;
  } catch {
    // Nothing is known then, and the outputs are made again.
  }
  return { outputs: {}, made: [] };
}

/** A file of an output and what lies beside it because of it. */
export function madeFiles(file: RecordedFile): readonly MadeFile[] {
  return [madeFile(file), ...(file.checksum ? [madeFile(file.checksum)] : [])];
}

/** What identifies a file of ours. */
export function madeFile({ fileName, size, mtimeNs }: MadeFile): MadeFile {
  return { fileName, size, mtimeNs };
}

// The record lies in a folder that others write to as well; the names in it are ones that get removed.
function isRecord(value: unknown): value is BuildRecord {
  const record = value as (Partial<BuildRecord> & { format?: number }) | null;
  if (record?.format !== lastBuildFormat || !Array.isArray(record.made) || !record.outputs) return false;
  const recorded = Object.values(record.outputs).flatMap(each => each.files.flatMap(madeFiles));
  const files: MadeFile[] = [...record.made, ...recorded];
  if (record.manifest && record.manifest.fileName !== manifestFile) return false;
  return (
    files.every(({ fileName }) => isOwnName(fileName)) &&
    (!record.last || Array.isArray(record.last.report.stages))
  );
}

/** Whether a name may be that of an image: one plain name, not hidden. */
export function isOwnName(fileName: string): boolean {
  return fileName !== "" && fileName === basename(fileName) && !fileName.startsWith(".");
}

/** What the last finished build of a recipe recorded; undefined when there was none. */
export function loadLastBuild(recipe: LoadedRecipe, outDir?: string): Promise<LastBuild | undefined> {
  const folder = outFolder(recipe, outDir);
  const { last, outputs } = readRecord(folder);
  return Promise.resolve(last && { ...last, outputs, outDir: folder });
}

/** Whether a file is still as we left it. Costs a stat. */
export function isAsMade(outDir: string, file: MadeFile): boolean {
  const found = lstatSync(join(outDir, file.fileName), { bigint: true, throwIfNoEntry: false });
  return (
    found?.isFile() === true && Number(found.size) === file.size && String(found.mtimeNs) === file.mtimeNs
  );
}

/** The record of `output`, if it was made from the same key and its files are as we left them. */
export function unchangedOutput(
  record: BuildRecord,
  output: PlannedOutput,
  outDir: string,
): RecordedOutput | undefined {
  const known = record.outputs[output.name];
  if (known?.key !== output.key || known.kind !== output.kind) return undefined;
  const isWhole = known.files.every(
    file => file.checksum && madeFiles(file).every(each => isAsMade(outDir, each)),
  );
  return isWhole ? known : undefined;
}

export function outputReports(name: string, output: RecordedOutput, outDir: string): OutputReport[] {
  return output.files.map(file => ({
    kind: file.role === "image" ? output.kind : file.role,
    name,
    path: join(outDir, file.fileName),
    bytes: file.size,
    sha256: file.sha256,
    ...(file.unpackedBytes === undefined ? {} : { unpackedBytes: file.unpackedBytes }),
    ...(file.checksum ? { checksum: join(outDir, file.checksum.fileName) } : {}),
    ...(file.cmdline?.length ? { cmdline: file.cmdline } : {}),
  }));
}

export function manifestReport({ size, sha256 }: RecordedManifest, outDir: string): ManifestReport {
  return { path: join(outDir, manifestFile), bytes: size, sha256 };
}
