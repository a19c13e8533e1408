import type { SizeEntry } from "../report.ts";
import { isBytes, isDoubles, isShorts, isString } from "./guards.ts";

/**
 * Many entries in few values, so that 100,000 of them cross to a webview in milliseconds. The columns have equal
 * length; the typed arrays must be plain ones that own their whole buffer (VS Code sends the buffer, not the view).
 */
export interface EntryColumns {
  /** Absolute paths, joined by NUL (which no path holds); "" = no entries. */
  readonly paths: string;
  readonly bytes: Float64Array;
  /** Position in `entryTypes`. */
  readonly types: Uint8Array;
  /** Position of the stage in the list that goes with the columns; `noStage` when it is not known. */
  readonly stages: Uint16Array;
  /** Position of the package in the list that goes with the columns; `noPackage` for what belongs to none. */
  readonly packages: Uint16Array;
}

export const entryTypes = ["file", "directory", "symlink", "char", "block", "fifo"] as const;

/** Stands for "no stage of the list" in `EntryColumns.stages`. */
export const noStage = 0xffff;

/** Stands for "no package of the list" in `EntryColumns.packages`. */
export const noPackage = 0xffff;

/**
 * Packs entries; `stageNames` are the names that `SizeEntry.stage` may have, in the order of the recipe,
 * `packageLabels` those of `SizeEntry.package`.
 */
export function packEntries(
  entries: readonly SizeEntry[],
  stageNames: readonly string[],
  packageLabels: readonly string[] = [],
): EntryColumns {
  const packageAt = new Map(packageLabels.map((label, index) => [label, index]));
  const stageAt = new Map(stageNames.map((name, index) => [name, index]));
  const typeAt = new Map<string, number>(entryTypes.map((type, index) => [type, index]));
  return {
    paths: entries.map(entry => entry.path).join("\0"),
    bytes: Float64Array.from(entries, entry => entry.bytes),
    types: Uint8Array.from(entries, entry => typeAt.get(entry.type) ?? 0),
    stages: Uint16Array.from(entries, entry => stageAt.get(entry.stage) ?? noStage),
    packages: Uint16Array.from(entries, entry => packageAt.get(entry.package ?? "") ?? noPackage),
  };
}

/** The paths of the columns, one each entry. */
export function unpackPaths(columns: EntryColumns): string[] {
  return columns.bytes.length === 0 ? [] : columns.paths.split("\0");
}

export function isEntryColumns(value: unknown): value is EntryColumns {
  if (typeof value !== "object" || value === null) return false;
  const { paths, bytes, types, stages, packages } = value as Record<string, unknown>;
  if (!isString(paths) || !isDoubles(bytes) || !isBytes(types)) return false;
  if (!isShorts(stages) || !isShorts(packages)) return false;
  if ([types, stages, packages].some(column => column.length !== bytes.length)) return false;
  if (!bytes.every(count => count >= 0 && Number.isFinite(count))) return false;
  if (!types.every(type => type < entryTypes.length)) return false;
  return bytes.length === 0 ? paths === "" : countNuls(paths) + 1 === bytes.length;
}

function countNuls(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\0"); at >= 0; at = text.indexOf("\0", at + 1)) count++;
  return count;
}
