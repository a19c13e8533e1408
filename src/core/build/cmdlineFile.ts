import { join } from "node:path";
import { kernelCommandLine } from "../machine/kernelCommandLine.ts";
import type { AnyOutputKind, ProducedFile } from "../outputs/output.ts";
import type { LoadedItem, LoadedRecipe } from "../recipe/loaded.ts";
import { sha256 } from "./digest.ts";
import type { RecordedOutput } from "./lastBuild.ts";

/** What of a recipe decides the command line of its outputs. */
type Booted = Pick<LoadedRecipe, "arch" | "boot">;

/** The file beside a kernel that says which command line to give it. */
export interface CmdlineFile {
  readonly fileName: string;
  readonly text: string;
  /** Those of the output itself. */
  readonly words: readonly string[];
}

/**
 * The command line that `whittle boot` gives the kernel of an output, for everybody else who boots it: QEMU's
 * `-append`, kexec, a boot loader. Undefined for outputs without a kernel beside them, and for those that lead to a root
 * which only others have.
 */
export function cmdlineFile(
  kind: AnyOutputKind,
  output: Pick<LoadedItem, "parameters">,
  files: readonly ProducedFile[],
  recipe: Booted,
): CmdlineFile | undefined {
  const image = files.find(file => file.role === "image");
  if (!image || !files.some(({ role }) => role === "kernel") || !kind.boot) return undefined;
  const booted = files.filter(({ role }) => role !== "cmdline" && role !== "packed");
  const { cmdline } = kind.boot(output.parameters, booted);
  return { fileName: `${image.fileName}.cmdline`, text: textOf(cmdline, recipe), words: cmdline };
}

/** Whether the command line that was written, if one was, is still the recipe's. */
export function isCmdlineCurrent({ files }: RecordedOutput, recipe: Booted): boolean {
  const file = files.find(({ role }) => role === "cmdline");
  return file === undefined || file.sha256 === sha256(textOf(file.cmdline ?? [], recipe));
}

/** The files of an output where they are now. */
export function producedFiles({ files }: RecordedOutput, outDir: string): readonly ProducedFile[] {
  return files.map(({ role, fileName, cmdline }) => ({
    role,
    fileName,
    path: join(outDir, fileName),
    cmdline,
  }));
}

function textOf(words: readonly string[], { arch, boot }: Booted): string {
  return `${kernelCommandLine({ arch, media: { cmdline: words, drives: [] }, cmdline: boot.cmdline })}\n`;
}
