import type { StagePackage } from "../../stages/stage.ts";

/** Says which of a stage's own packages a path of its layer belongs to. */
export type ChoosePackage = (path: string) => StagePackage;

/**
 * A stage that takes packages apart by itself says which, but not which file came from which. The one whose name has
 * the most words in common with the path is taken (`/lib/modules/6.1.0-37-cloud-amd64/…` and
 * `linux-image-6.1.0-37-cloud-amd64`), else the first.
 */
export function stagePackageOf(packages: readonly StagePackage[]): ChoosePackage | undefined {
  const [first] = packages;
  if (!first) return undefined;
  if (packages.length === 1) return () => first;
  const named = packages.map(each => ({ each, words: new Set(wordsOf(each.name)) }));
  return path => {
    const words = new Set(wordsOf(path));
    let best = first;
    let most = 0;
    for (const { each, words: own } of named) {
      const common = [...own].filter(word => words.has(word)).length;
      if (common <= most) continue;
      best = each;
      most = common;
    }
    return best;
  };
}

function wordsOf(text: string): string[] {
  return text.split(/[/-]/);
}
