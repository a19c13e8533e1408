import type { AnyOutputKind } from "../outputs/output.ts";
import type { AnyStageKind } from "../stages/stage.ts";

/** The registries a build works with. */
export interface Kinds {
  readonly stages: readonly AnyStageKind[];
  readonly outputs: readonly AnyOutputKind[];
}

/** Every kind that Whittle has; loaded on first use, because a kind brings its own imports along. */
export async function loadKinds(): Promise<Kinds> {
  const [{ stageKinds }, { outputKinds }] = await Promise.all([
    import("../stages/index.ts"),
    import("../outputs/index.ts"),
  ]);
  return { stages: stageKinds, outputs: outputKinds };
}

/** The kind of a validated item. */
export function kindOf<K extends { readonly kind: string }>(kinds: readonly K[], name: string): K {
  const found = kinds.find(each => each.kind === name);
  if (!found) throw new Error(`The recipe was loaded with a kind that is not registered: ${name}`);
  return found;
}
