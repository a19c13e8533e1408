import type { Diagnostic, SourceRange } from "../../shared/diagnostic.ts";
import type { Arch } from "../host/host.ts";
import type { ParameterPath } from "../stages/stage.ts";
import type { Boot } from "./recipeSchema.ts";

/** A recipe after `extends`, options and `when`: complete, valid, and still knowing where each value was written. */
export interface LoadedRecipe {
  /** Absolute path of the recipe file asked for. */
  readonly file: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly arch: Arch;
  readonly version: string | undefined;
  readonly options: readonly LoadedOption[];
  /** Only those whose `when` holds; names are unique. */
  readonly stages: readonly LoadedItem[];
  readonly outputs: readonly LoadedItem[];
  readonly boot: Boot;
  /** Every file that was read: the recipe and all it extends. Absolute. */
  readonly files: readonly string[];
  /** Range of the value at `path`, or of the nearest ancestor that was written, e.g. `["boot", "memory"]`. */
  locate(path: ParameterPath): SourceRange;
}

export interface LoadedOption {
  readonly name: string;
  readonly description: string | undefined;
  readonly default: boolean;
  readonly enabled: boolean;
}

/** One stage or output. */
export interface LoadedItem {
  readonly kind: string;
  /** As given, else the kind; further ones get ` 2`, ` 3`. */
  readonly name: string;
  readonly description: string | undefined;
  /** Validated against the kind's schema; defaults are NOT filled in. */
  readonly parameters: unknown;
  /** Folder of the file the item was written in; its relative paths start there. */
  readonly baseDir: string;
  /** The whole item. */
  readonly range: SourceRange;
  /** Range of the value at `path` inside the parameters, or of its nearest written ancestor. */
  locate(path: ParameterPath): SourceRange;
}

export interface LoadRequest {
  readonly file: string;
  /** Options switched on and off; an unknown one is a diagnostic. */
  readonly with?: readonly string[] | undefined;
  readonly without?: readonly string[] | undefined;
  /** Texts that take the place of files on disk (unsaved editors), by absolute path. */
  readonly texts?: ReadonlyMap<string, string> | undefined;
}

export interface LoadResult {
  /** Absent when there is an error among the diagnostics. */
  readonly recipe: LoadedRecipe | undefined;
  readonly diagnostics: readonly Diagnostic[];
}
