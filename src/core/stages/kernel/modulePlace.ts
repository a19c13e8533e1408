/** Where a member of an archive belongs among the modules. */
export interface ModulePlace {
  /** Undefined when the archive begins inside the folder of the release. */
  readonly release: string | undefined;
  /** Path inside lib/modules/RELEASE. */
  readonly name: string;
}

// What lies directly in the folder of a release.
const inside = /^(?:kernel|updates|extra|modules\.[^/]+)$/;

/**
 * Reads a member's name: `…/lib/modules/RELEASE/…`, `RELEASE/…` or, cut off already, `kernel/…`.
 * @param expected the kernel's release, where it is known.
 * @returns undefined for what is no part of a module folder.
 */
export function placeInModules(member: string, expected: string | undefined): ModulePlace | undefined {
  const names = member.split("/").filter(each => each !== "" && each !== ".");
  const modules = names.findIndex((name, at) => name === "modules" && names[at - 1] === "lib");
  const rest = modules >= 0 ? names.slice(modules + 1) : names;
  const [first, second] = rest;
  if (first === undefined) return undefined;
  if (modules < 0 && inside.test(first)) return { release: undefined, name: rest.join("/") };
  if (second === undefined) return undefined;
  if (modules < 0 && first !== expected && !inside.test(second)) return undefined;
  return { release: first, name: rest.slice(1).join("/") };
}
