import { noPackage } from "../../../src/shared/protocol/entryColumns.ts";
import type { BuiltSizes } from "../../../src/shared/protocol/sizes.ts";

/** A package in lists and legends. */
export interface PackageRow {
  /** Position in `BuiltSizes.packages`, which is sorted by size; `noPackage` for what belongs to none. */
  readonly package: number;
  readonly label: string;
  readonly version: string;
  readonly bytes: number;
  readonly files: number;
}

/** One row a package, the biggest first, and a last one for what belongs to none; together they are the image. */
export function packageRows({ packages, totalBytes, files }: BuiltSizes): PackageRow[] {
  const rows = packages.map(({ label, version, bytes, files: count }, at): PackageRow => {
    return { package: at, label, version, bytes, files: count };
  });
  const owned = rows.reduce((sum, row) => ({ bytes: sum.bytes + row.bytes, files: sum.files + row.files }), {
    bytes: 0,
    files: 0,
  });
  if (rows.length === 0 || owned.files >= files) return rows;
  const rest = { bytes: totalBytes - owned.bytes, files: files - owned.files };
  return [...rows, { package: noPackage, label: "no package", version: "", ...rest }];
}

/** Name and version as people read them. */
export function packageTitle({ label, version }: Pick<PackageRow, "label" | "version">): string {
  return label.endsWith(` ${version}`) || version === "" ? label : `${label} ${version}`;
}
