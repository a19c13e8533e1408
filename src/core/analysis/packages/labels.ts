import type { PackageIdentity } from "./installedPackage.ts";

type Label = (each: PackageIdentity) => string;

const longer: readonly Label[] = [
  each => each.name,
  each => (each.arch === undefined ? each.name : `${each.name}:${each.arch}`),
  each => `${each.name} ${each.version}`,
];

/** A name for each package that no other of them has: as short as it can be. */
export function labelsOf(packages: readonly PackageIdentity[]): string[] {
  const forms = longer.map(form => {
    const counts = new Map<string, number>();
    for (const each of packages) counts.set(form(each), (counts.get(form(each)) ?? 0) + 1);
    return { form, counts };
  });
  const taken = new Map<string, number>();
  return packages.map(each => {
    const found = forms.find(({ form, counts }) => counts.get(form(each)) === 1);
    const label = found?.form(each) ?? `${each.name} ${each.version}`;
    const count = (taken.get(label) ?? 0) + 1;
    taken.set(label, count);
    return count === 1 ? label : `${label} (${count})`;
  });
}
