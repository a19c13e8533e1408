import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { LoadedItem, LoadedRecipe } from "../recipe/loaded.ts";
import type { Json } from "../stages/stage.ts";
import type { HashedInput } from "./hashInputs.ts";

/** What was found out outside the recipe for a stage or output. */
interface Resolved {
  readonly resolved: Json;
  /** For a kind that has facts from outside: sha256 of what they were asked by. */
  readonly asked: string | undefined;
}

export interface PlannedStage extends LoadedItem, Resolved {
  readonly index: number;
  /** sha256 (hex) of kind, version, canonical parameters, resolved facts, input contents and, where the kind
   * reads the tree, of all keys below. */
  readonly key: string;
  readonly readsTree: boolean;
  readonly inputs: readonly HashedInput[];
}

export interface PlannedOutput extends LoadedItem, Resolved {
  readonly index: number;
  readonly key: string;
  readonly inputs: readonly HashedInput[];
}

/** What a build will do; making one reads files but changes nothing. */
export interface Plan {
  readonly recipe: LoadedRecipe;
  readonly stages: readonly PlannedStage[];
  readonly outputs: readonly PlannedOutput[];
  /** Hash over all stage keys in order: names the final tree. */
  readonly treeKey: string;
  /** The fixed clock: SOURCE_DATE_EPOCH, else 0. Seconds since 1970; part of every key. */
  readonly clock: number;
  /** What the person should know before the build, e.g. a lock file that is older than the recipe. */
  readonly warnings: readonly Diagnostic[];
}
