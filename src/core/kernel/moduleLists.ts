/** Modules that should be loaded before and after another, when they exist. */
export interface Softdep {
  readonly pre: readonly string[];
  readonly post: readonly string[];
}

/** The kernel's name for a module file: no folder, no extension, `_` where the file has `-`. */
export function moduleName(path: string): string {
  return path
    .slice(path.lastIndexOf("/") + 1)
    .replace(/\.ko(?:\.(?:gz|xz|zst))?$/, "")
    .replaceAll("-", "_");
}

/** Lines of modules.dep: `PATH: PATH PATH …`. */
export function dependenciesIn(
  text: string,
): { readonly path: string; readonly depends: readonly string[] }[] {
  return text.split("\n").flatMap(line => {
    const colon = line.indexOf(":");
    if (colon < 0) return [];
    return [{ path: line.slice(0, colon), depends: wordsIn(line.slice(colon + 1)) }];
  });
}

/** Lines of modules.softdep: `softdep NAME pre: A B post: C`. */
export function softdepsIn(text: string): ReadonlyMap<string, Softdep> {
  const found = new Map<string, Softdep>();
  for (const line of text.split("\n")) {
    const [keyword, name, ...rest] = wordsIn(line);
    if (keyword !== "softdep" || name === undefined) continue;
    const lists = { pre: [] as string[], post: [] as string[] };
    let list: string[] | undefined;
    for (const word of rest) {
      if (word === "pre:") list = lists.pre;
      else if (word === "post:") list = lists.post;
      else list?.push(moduleName(word));
    }
    found.set(moduleName(name), lists);
  }
  return found;
}

/** Lines of modules.alias (`alias PATTERN NAME`) whose pattern is a plain word, gathered by that word. */
export function pairsIn(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [keyword, pattern, name] = wordsIn(line);
    if (keyword !== "alias" || !pattern || !name || /[*?[:]/.test(pattern)) continue;
    const alias = moduleName(pattern);
    found.set(alias, [...(found.get(alias) ?? []), moduleName(name)]);
  }
  return found;
}

function wordsIn(line: string): string[] {
  return line.split(/\s+/).filter(Boolean);
}
