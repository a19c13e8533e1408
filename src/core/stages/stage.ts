import type { Static, TSchema } from "@sinclair/typebox";
import type { Failure } from "../failure.ts";
import type { Arch, Host } from "../host/host.ts";
import type { Layer, LayerWriter } from "../tree/layer.ts";
import type { Tree } from "../tree/tree.ts";

/** A value that survives JSON unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Path inside a stage's or output's parameters, as in `["packages", 0]`; [] = the parameters as a whole. */
export type ParameterPath = readonly (string | number)[];

/** Who is asking, for everything that depends on where the parameters were written. */
export interface Place {
  /** Folder of the recipe file that holds the parameters; relative paths start here. */
  readonly baseDir: string;
  readonly arch: Arch;
  /** Part of a stage's key only when its resolve() returns it. */
  readonly recipe: { readonly name: string; readonly version: string | undefined };
  /** A failure placed on the value at `at` in the recipe. */
  fail(
    code: string,
    message: string,
    details?: { advice?: string; at?: ParameterPath; cause?: unknown },
  ): Failure;
}

/** A file or folder on the host whose contents go into the stage's key. */
export interface InputFile {
  /** Absolute path. */
  readonly path: string;
  readonly at: ParameterPath;
}

/** What a running stage or output may use besides its parameters. */
export interface WorkContext extends Place {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** The fixed clock: SOURCE_DATE_EPOCH, else 0. Seconds since 1970. */
  readonly clock: number;
  /** A new empty folder, removed when the work ends in any way. */
  scratch(): Promise<string>;
  log(line: string): void;
  progress(done: number, total: number | undefined, unit: "bytes" | "entries" | "items"): void;
  warn(message: string, at?: ParameterPath): void;
}

/** What finding out a stage's facts from outside may use. */
export interface ResolveContext extends Place {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Ask the sources anew, even where an earlier answer is remembered. */
  readonly fresh: boolean;
  log(line: string): void;
}

export interface StageContext extends WorkContext {
  readonly layer: LayerWriter;
  /**
   * Puts a finished layer, its tar byte for byte, into the stage's result: above those adopted before, below what
   * `layer` adds. The file at `layer.blob` is moved into the store.
   */
  adopt(layer: Layer): void;
  /** The tree below; only for kinds with `readsTree`. */
  below(): Promise<Tree>;
}

/** A package that a stage took apart by itself. */
export interface StagePackage {
  readonly name: string;
  readonly version: string;
  /** Where names and versions like these come from. */
  readonly type: "deb" | "alpm" | "apk" | "source";
}

/**
 * One kind of stage: parameters schema, docs and the work. A new kind is one file that exports one of
 * these plus one line in stages/index.ts; schema, completion, hover, docs and icons follow from it.
 */
export interface StageKind<P extends TSchema = TSchema> {
  readonly kind: string;
  /** Part of every key: raise it when the same parameters give other bytes than before. */
  readonly version: number;
  /** Codicon id for trees and completion. */
  readonly icon: string;
  /** One line for completion and docs; the schema's own descriptions say the rest. */
  readonly summary: string;
  /** TypeBox schema; every field has a `description` (with units) and, where there is one, a `default`. */
  readonly parameters: P;
  /** True when the result depends on the tree below, which then becomes part of the key. */
  readonly readsTree: boolean;
  /** A ready YAML snippet for completion, after `- kind: `. */
  readonly example: string;
  inputs?(parameters: Static<P>, place: Place): readonly InputFile[];
  /**
   * Facts from outside the recipe that decide the bytes (a package's version and digest). Part of the key,
   * and handed to apply(). Must be fast when nothing changed: it runs on every build. A lock file hands the facts of
   * an earlier day to apply(), so they name everything that has to be fetched, with its digest; apply() makes
   * exactly that or fails.
   */
  resolve?(parameters: Static<P>, context: ResolveContext): Promise<Json>;
  /** resolve() asks only this machine (git's state, a compiler's version): a lock file does not hold its facts. */
  readonly localFacts?: true;
  /** Packages that the stage brings without leaving a package database in the image, for the manifest and the sizes. */
  packages?(parameters: Static<P>, resolved: Json): readonly StagePackage[];
  apply(parameters: Static<P>, context: StageContext, resolved: Json): Promise<void>;
}

/** A kind with its parameter type forgotten, as the registry keeps it; parameters were validated on load. */
export type AnyStageKind = StageKind<TSchema>;

/** Declares a kind; checks that schema and code agree. */
export function defineStage<P extends TSchema>(kind: StageKind<P>): AnyStageKind {
  return kind as unknown as AnyStageKind;
}
