import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Failure } from "../../../failure.ts";
import { runTool } from "../../../host/runTool.ts";
import { isUrl } from "../../../kconfig/build/sourceInputs.ts";
import { versionInFolder } from "../../../kconfig/build/sourceVersion.ts";
import {
  checkClean,
  packSource,
  type SourceTar,
  unpackInto,
  unpackSource,
} from "../../../kconfig/build/unpackSource.ts";
import type { StageContext } from "../../stage.ts";
import type { BusyboxFacts } from "./facts.ts";
import { fetchSourcePackage } from "./fetchSourcePackage.ts";
import type { BusyboxFromSource } from "./schema.ts";
import type { SourcePackage } from "./sourcePackage.ts";

/** The source of a BusyBox on this host. */
export interface BusyboxTree {
  readonly tar: SourceTar;
  /** The same, unpacked. Absolute. */
  readonly folder: string;
  readonly version: string;
}

/** @throws Failure `source-unknown`, `source-not-clean`, `source-damaged`; those of obtainSource() and fetchSourcePackage(). */
export async function obtainBusybox(
  { source, sha256 }: BusyboxFromSource,
  facts: BusyboxFacts,
  context: StageContext,
): Promise<BusyboxTree> {
  if (typeof source !== "string") {
    const wanted = facts.source as SourcePackage;
    return treeIn(await fromPackage(wanted, context), wanted.package, context);
  }
  const local = resolve(context.baseDir, source);
  if (!isUrl(source) && (await stat(local)).isDirectory()) {
    checkClean(local, [".config", "include/autoconf.h"]);
    return treeIn(local, local, context);
  }
  const { obtainSource } = await import("../../archive/source.ts");
  const { folder } = await unpackSource(await obtainSource(source, sha256, context), source, context);
  return treeIn(folder, source, context);
}

async function fromPackage(wanted: SourcePackage, context: StageContext): Promise<string> {
  const files = await fetchSourcePackage(context.host, wanted, context);
  const named = (pattern: RegExp): [string, string] | undefined =>
    [...files].find(([name]) => pattern.test(name));
  const original = named(/\.orig\.tar\.[a-z0-9]+$/);
  const changes = named(/\.debian\.tar\.[a-z0-9]+$/);
  if (!original || !changes) {
    throw new Failure(
      "source-unknown",
      `The source package ${wanted.package} is not made of an original and patches.`,
      {
        advice: "Give the source as a tar instead.",
      },
    );
  }
  const { folder } = await unpackSource(original[1], original[0], context);
  await unpackInto(folder, changes[1], changes[0], context);
  await applyPatches(folder, context);
  return folder;
}

/** Makes the changes of the distribution, in the order that its list has. */
async function applyPatches(folder: string, { host, signal, log }: StageContext): Promise<void> {
  const patches = join(folder, "debian", "patches");
  const series = await readFile(join(patches, "series"), "utf8").catch(() => "");
  const names = series.split("\n").flatMap(line => /^\s*([^#\s]\S*)/.exec(line)?.[1] ?? []);
  for (const name of names) {
    await runTool(
      host,
      "patch",
      ["-p1", "-s", "-f", "--no-backup-if-mismatch", "-d", folder, "-i", join(patches, name)],
      { signal },
    );
  }
  if (names.length > 0) log(`${names.length} patches of the distribution`);
}

async function treeIn(folder: string, name: string, context: StageContext): Promise<BusyboxTree> {
  const version = await versionInFolder(folder);
  if (version !== undefined && existsSync(join(folder, "Config.in")) && existsSync(join(folder, "applets"))) {
    return { tar: await packSource(folder, context), folder, version };
  }
  throw new Failure("source-unknown", `${name} does not hold the source of BusyBox.`, {
    advice:
      "Give what busybox.net has as busybox-VERSION.tar.bz2, or a folder with a Makefile and a Config.in file as that has.",
  });
}
