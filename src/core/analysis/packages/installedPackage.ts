import type { StagePackage } from "../../stages/stage.ts";

/** A package as its package manager knows it. */
export interface PackageIdentity {
  readonly name: string;
  readonly version: string;
  /** In the words of its package manager (`amd64`, `x86_64`); undefined where it names none. */
  readonly arch: string | undefined;
  /** The package manager whose names and versions these are; `source`: built from source. */
  readonly type: StagePackage["type"];
}

/** What a package database says about one package. */
export interface InstalledPackage extends PackageIdentity {
  /** As the database writes them; empty where it does not tell. */
  readonly licenses: readonly string[];
  /** Without leading slash, in the database's own spelling; undefined when the list of files is lost. */
  readonly paths: readonly string[] | undefined;
}
