import { lstat, utimes, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { formatBytes } from "../../shared/bytes.ts";
import { stageLayers } from "../analysis/stackedImage.ts";
import { Failure } from "../failure.ts";
import { type PackMethod, packOf } from "../outputs/compress/packField.ts";
import type { OutputContext, ProducedFile, TreeStage } from "../outputs/output.ts";
import type { Tree } from "../tree/tree.ts";
import type { BuildRun } from "./buildRun.ts";
import { type CmdlineFile, cmdlineFile, producedFiles } from "./cmdlineFile.ts";
import { derivedFile } from "./derivedStore.ts";
import { digestOfFile, sha256 } from "./digest.ts";
import { kindOf } from "./kinds.ts";
import { isOwnName, type RecordedFile, type RecordedOutput } from "./lastBuild.ts";
import type { PlannedOutput } from "./plan.ts";
import type { StageWarning } from "./warnings.ts";
import { checkInputs, lockOf, openWork, type Work } from "./work.ts";
import { outputRef } from "./workRefs.ts";

/** A finished file that still lies in a temporary folder. */
export interface FinishedFile extends RecordedFile {
  readonly path: string;
  /** False when the file belongs to somebody else (the store) and must be copied. */
  readonly movable: boolean;
}

export interface FinishedOutput {
  readonly files: readonly FinishedFile[];
  readonly warnings: readonly StageWarning[];
  readonly seconds: number;
}

/** Makes the files of an output and hands them to `publish`; afterwards everything temporary is gone. */
export async function makeOutput<T>(
  run: BuildRun,
  output: PlannedOutput,
  tree: Tree,
  publish: (finished: FinishedOutput) => Promise<T>,
): Promise<T> {
  const kind = kindOf(run.kinds.outputs, output.kind);
  const ref = outputRef(output);
  const began = performance.now();
  run.emit({ type: "started", work: ref });
  const work = openWork(run, ref, output);
  try {
    const { recipe } = run.plan;
    const context: OutputContext = {
      ...work.context,
      tree,
      stages: () => treeStages(run),
      recipe: { name: recipe.name, version: recipe.version },
      name: output.name,
      uuid: purpose => stableUuid([recipe.name, output.name, purpose]),
      derived(key, make) {
        run.stored = true;
        const name = { kind: kind.kind, version: kind.version, key };
        return derivedFile(run.paths, name, make, work.temp, lockOf(run, ref, "").wait);
      },
    };
    const produced = await kind.apply(output.parameters, context, output.resolved);
    const files: FinishedFile[] = [];
    for (const each of produced) files.push(await finish(each, work.temp.path, run.signal));
    const words = cmdlineFile(kind, output, produced, recipe);
    if (words) files.push(await writeCmdline(words, work, run.signal));
    const method = packOf(output.parameters);
    if (method) files.push(await packImage(files, method, work));
    await checkInputs(run, output);
    run.signal.throwIfAborted();
    return await publish({ files, warnings: work.warnings, seconds: (performance.now() - began) / 1000 });
  } finally {
    await work.end();
  }
}

async function treeStages({ plan, host }: BuildRun): Promise<readonly TreeStage[]> {
  const layers = await stageLayers(plan.stages, host);
  if (!layers) throw new Failure("tree-missing", "The layers of the image are no longer in the cache.");
  return plan.stages.map(({ name, kind }, index) => ({ name, kind, layers: layers[index] ?? [] }));
}

/**
 * Makes only the command line of an output anew, whose other files are in place.
 * @param known what the last build made
 */
export async function remakeCmdline<T>(
  run: BuildRun,
  output: PlannedOutput,
  known: RecordedOutput,
  publish: (finished: FinishedOutput) => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const work = openWork(run, outputRef(output), output);
  try {
    const inPlace = producedFiles(known, run.outDir);
    const words = cmdlineFile(kindOf(run.kinds.outputs, output.kind), output, inPlace, run.plan.recipe);
    const files = known.files.flatMap((file, at): FinishedFile[] => {
      const path = inPlace[at]?.path;
      return file.role === "cmdline" || path === undefined ? [] : [{ ...file, path, movable: false }];
    });
    if (words) files.push(await writeCmdline(words, work, run.signal));
    return await publish({ files, warnings: known.warnings, seconds: (performance.now() - began) / 1000 });
  } finally {
    await work.end();
  }
}

async function writeCmdline(
  { fileName, text, words }: CmdlineFile,
  { context, temp }: Work,
  signal: AbortSignal,
): Promise<FinishedFile> {
  const path = join(await context.scratch(), "cmdline");
  await writeFile(path, text);
  return finish({ role: "cmdline", fileName, path, cmdline: words }, temp.path, signal);
}

/** The image once more, compressed. */
async function packImage(
  files: readonly FinishedFile[],
  method: PackMethod,
  { context, temp }: Work,
): Promise<FinishedFile> {
  const image = files.find(file => file.role === "image");
  if (!image) throw new Error("There is no image to pack.");
  const { packFile } = await import("../outputs/compress/packFile.ts");
  const { host, signal } = context;
  const path = join(await context.scratch(), "packed");
  const onProgress = (bytes: number, total: number) => context.progress(bytes, total, "bytes");
  const unpackedBytes = await packFile(host, method, image.path, path, { signal, onProgress });
  const fileName = `${image.fileName}.${method}`;
  const packed = await finish({ role: "packed", fileName, path }, temp.path, signal);
  context.log(`Packed ${image.fileName}: ${formatBytes(unpackedBytes)} became ${formatBytes(packed.size)}.`);
  return { ...packed, unpackedBytes };
}

async function finish(produced: ProducedFile, temp: string, signal: AbortSignal): Promise<FinishedFile> {
  const { role, fileName, path, cmdline = [] } = produced;
  if (!isOwnName(fileName)) {
    throw new Error(`An output may not name a file ${JSON.stringify(fileName)}.`);
  }
  const movable = path.startsWith(temp + sep) && !(await lstat(path)).isSymbolicLink();
  // A tool may have set a fixed time; ours tells later whether somebody wrote to the file.
  if (movable) await utimes(path, new Date(), new Date());
  const { sha256: sum, bytes } = await digestOfFile(path, signal);
  const stat = await lstat(path, { bigint: true });
  const words = cmdline.length > 0 ? { cmdline } : {};
  return { role, fileName, path, movable, sha256: sum, size: bytes, mtimeNs: String(stat.mtimeNs), ...words };
}

/** A uuid (version 8: own scheme) that depends on nothing but the words. */
export function stableUuid(words: readonly string[]): string {
  const hex = sha256(JSON.stringify(words));
  const variant = "89ab"[Number.parseInt(hex.charAt(16), 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
