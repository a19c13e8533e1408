import type { Arch } from "../../host/host.ts";
import { readTreeFile } from "../../tree/readFile.ts";
import type { Tree, TreeEntry } from "../../tree/tree.ts";
import { readElf } from "../busybox/elf.ts";

/** Why a tree cannot run a program. */
export interface ProgramProblem {
  /** Made for another processor; else something is missing. */
  readonly isForeign: boolean;
  readonly message: string;
  readonly advice: string;
}

const folders = ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"];
/** What a processor runs besides its own programs. */
const alsoRuns: Readonly<Record<Arch, readonly string[]>> = { x86_64: ["i386"], aarch64: [] };

/**
 * Looks whether a program of the tree can run on this computer: that it is there, what loads it is there, and both
 * are made for the computer's processor. Scripts are followed to what runs them.
 */
export async function programProblem(
  tree: Tree,
  program: string,
  arch: Arch,
): Promise<ProgramProblem | undefined> {
  const file = program.includes("/") ? tree.resolve(program) : inPath(tree, program);
  if (file?.type !== "file") {
    return missing(`The tree has no ${program}, which is to run the script.`);
  }
  if ((file.mode & 0o111) === 0) return missing(`/${file.path} is to run the script, but is no program.`);
  const bytes = await readTreeFile(file);
  const script = /^#!\s*(\S+)/.exec(bytes.toString("latin1", 0, 256))?.[1];
  if (script !== undefined && script !== program) return programProblem(tree, script, arch);
  const elf = readElf(bytes);
  if (!elf) return undefined;
  if (elf.machine !== arch && !alsoRuns[arch].includes(elf.machine)) {
    return {
      isForeign: true,
      message: `/${file.path} is a program for ${elf.machine}; this computer is ${arch} and cannot run it.`,
      advice: `Build this recipe on a computer with ${elf.machine}, or do without the run stage.`,
    };
  }
  if (elf.interpreter !== undefined && tree.resolve(elf.interpreter)?.type !== "file") {
    return missing(`/${file.path} cannot be started: the tree has no ${elf.interpreter}, which loads it.`);
  }
  return undefined;
}

function inPath(tree: Tree, name: string): TreeEntry | undefined {
  for (const folder of folders) {
    const found = tree.resolve(`${folder}/${name}`);
    if (found?.type === "file") return found;
  }
  return undefined;
}

function missing(message: string): ProgramProblem {
  return {
    isForeign: false,
    message,
    advice:
      "Add a system in an earlier stage (debian, oci, archive, busybox), or name another program as `shell`.",
  };
}
