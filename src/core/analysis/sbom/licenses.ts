import {
  LicenseExpression,
  type LicenseRepository,
  NamedLicense,
  SpdxLicense,
} from "@cyclonedx/cyclonedx-library/Models";
import { fixupSpdxId, isSupportedSpdxId } from "@cyclonedx/cyclonedx-library/SPDX";
import { spdxExpression, spdxName } from "./spdxLicense.ts";

type License = Parameters<LicenseRepository["add"]>[0];

/** Licences in CycloneDX's words: a component has either one expression, or any number of single licences. */
export function licensesFor(names: readonly string[]): License[] {
  const [only] = names;
  if (names.length === 1 && only !== undefined && /\s/.test(only)) {
    const expression = spdxExpression(only, isSupportedSpdxId);
    return [expression === undefined ? new NamedLicense(only) : new LicenseExpression(expression)];
  }
  const ids = new Map(names.map(name => [spdxName(name), name]));
  return Array.from(ids, ([spdx, name]) => {
    const id = fixupSpdxId(spdx);
    return id === undefined ? new NamedLicense(name) : new SpdxLicense(id);
  });
}
