import type { Direction } from "./channel.ts";
import { type EntryColumns, isEntryColumns } from "./entryColumns.ts";
import {
  type Guard,
  isBoolean,
  isCount,
  isListOf,
  isNothing,
  isNumber,
  isOneOf,
  isOptional,
  isShape,
  isString,
} from "./guards.ts";

/** Everything that a Sizes panel shows. */
export interface SizesState {
  /** Name of the recipe, or of the image. */
  readonly recipe: string;
  /** What the host finds the panel's subject by after a reload of the window (the recipe's URI). The webview keeps it. */
  readonly source?: string | undefined;
  /**
   * `loading`: not known yet whether there is a build; `not-built`: there is none; `building`: one is under way;
   * `failed`: the last one failed, see `problem`. `built` may be there in each of them, from an earlier build.
   */
  readonly phase: "loading" | "not-built" | "building" | "failed" | "ready";
  readonly problem?: SizesProblem | undefined;
  /** Why `built` is not what the recipe says now; one sentence. Absent: it is. */
  readonly stale?: string | undefined;
  readonly built?: BuiltSizes | undefined;
}

export interface SizesProblem {
  readonly message: string;
  readonly advice?: string | undefined;
}

/** One build, seen by size. */
export interface BuiltSizes {
  /** Milliseconds since 1970. */
  readonly builtAt: number;
  /** Sum of the entries' bytes. */
  readonly totalBytes: number;
  /** Number of regular files. */
  readonly files: number;
  /** In the order of the recipe; `EntryColumns.stages` points into this list. */
  readonly stages: readonly StageSizes[];
  /** The biggest first; `EntryColumns.packages` points into this list. */
  readonly packages: readonly PackageSizes[];
  readonly outputs: readonly OutputSizes[];
  readonly entries: EntryColumns;
}

export interface StageSizes {
  readonly name: string;
  readonly kind: string;
  readonly addedBytes: number;
  readonly removedBytes: number;
  readonly seconds: number;
  readonly cached: boolean;
}

export interface PackageSizes {
  /** Its name; with more words where several packages of the image have that name. */
  readonly label: string;
  readonly version: string;
  /** Where names and versions like these come from: `deb`, `alpm`, `apk`, `source`. */
  readonly type: string;
  /** Of its files in the image. */
  readonly bytes: number;
  /** Its regular files in the image. */
  readonly files: number;
}

export interface OutputSizes {
  readonly name: string;
  readonly kind: string;
  /** Absolute, on the host. */
  readonly path: string;
  readonly bytes: number;
  /** Of the same image, compressed for its way to others. */
  readonly packedBytes?: number | undefined;
}

const isStageSizes: Guard<StageSizes> = isShape<StageSizes>({
  name: isString,
  kind: isString,
  addedBytes: isCount,
  removedBytes: isCount,
  seconds: isNumber,
  cached: isBoolean,
});

const isPackageSizes: Guard<PackageSizes> = isShape<PackageSizes>({
  label: isString,
  version: isString,
  type: isString,
  bytes: isCount,
  files: isCount,
});

const isOutputSizes: Guard<OutputSizes> = isShape<OutputSizes>({
  name: isString,
  kind: isString,
  path: isString,
  bytes: isCount,
  packedBytes: isOptional(isCount),
});

const isBuiltSizes: Guard<BuiltSizes> = isShape<BuiltSizes>({
  builtAt: isNumber,
  totalBytes: isCount,
  files: isCount,
  stages: isListOf(isStageSizes),
  packages: isListOf(isPackageSizes),
  outputs: isListOf(isOutputSizes),
  entries: isEntryColumns,
});

export const isSizesState: Guard<SizesState> = isShape<SizesState>({
  recipe: isString,
  source: isOptional(isString),
  phase: isOneOf("loading", "not-built", "building", "failed", "ready"),
  problem: isOptional(isShape<SizesProblem>({ message: isString, advice: isOptional(isString) })),
  stale: isOptional(isString),
  built: isOptional(isBuiltSizes),
});

/** Host to webview. */
export const sizesToWebview = {
  events: {
    /** Takes the place of all that was known. */
    state: isSizesState,
    /** Show this path (absolute in the image): zoom to its folder and select it. */
    reveal: isShape<{ readonly path: string }>({ path: isString }),
  },
  requests: {},
} satisfies Direction;

/** Webview to host. */
export const sizesToHost = {
  events: {
    /** The person selected an entry (or a folder); absolute path in the image. */
    select: isShape<{ readonly path: string }>({ path: isString }),
    /** Put this text on the clipboard. */
    copy: isShape<{ readonly text: string }>({ text: isString }),
    /** Build the recipe (again). */
    build: isNothing,
    /** Show the recipe in an editor. */
    openRecipe: isNothing,
    /** Show an output's file in the file manager; absolute path on the host, one of `BuiltSizes.outputs`. */
    revealOutput: isShape<{ readonly path: string }>({ path: isString }),
  },
  requests: {
    /** Asked once by every freshly loaded webview: it listens now. */
    state: { params: isNothing, result: isSizesState },
  },
} satisfies Direction;
