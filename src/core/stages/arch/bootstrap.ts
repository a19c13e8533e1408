import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../failure.ts";
import { runTool } from "../../host/runTool.ts";
import type { ArchParameters } from "../arch.ts";
import { obtainSource } from "../archive/source.ts";
import { atParameter } from "../atParameter.ts";
import { readElf } from "../busybox/elf.ts";
import type { StageContext } from "../stage.ts";

/** A pacman that is not this system's: its own loader runs it with its own libraries. */
export interface BootstrapPacman {
  /** Folder of this machine with what was unpacked of the tarball. */
  readonly folder: string;
  /** Paths in it. */
  readonly program: string;
  readonly loader: string;
}

const program = "usr/bin/pacman";
// Arch has everything in usr/lib; the others are for tarballs of systems that do not.
const wanted = [
  program,
  "usr/lib/*.so*",
  "usr/lib64/*.so*",
  "lib/*.so*",
  "lib64/*.so*",
  "lib",
  "lib64",
  "usr/lib64",
];

/**
 * Unpacks what pacman needs from a bootstrap tarball.
 * @throws Failure `sha256-missing`, `sha256-wrong`, `bootstrap-unusable`; those of download().
 */
export function unpackBootstrap(
  bootstrap: NonNullable<ArchParameters["bootstrap"]>,
  context: StageContext,
): Promise<BootstrapPacman> {
  return atParameter(context, ["bootstrap"], async () => {
    const path = await obtainSource(bootstrap.source, bootstrap.sha256, context);
    const folder = await context.scratch();
    // The tarball's paths begin with root.x86_64/, or with nothing.
    const names = wanted
      .flatMap(each => [each, `./${each}`, `root.*/${each}`])
      .flatMap(each => ["--include", each]);
    const args = ["-x", "-f", path, "-C", folder, "--no-same-owner", ...names];
    const { stderr } = await runTool(context.host, "bsdtar", args, {
      signal: context.signal,
      accept: [0, 1],
    });
    // It counts as a mistake to it that not every name is there.
    const problems = stderr
      .split("\n")
      .filter(line => line !== "" && !/Not found in archive|Error exit delayed/.test(line));
    if (problems.length > 0) throw unusable(bootstrap.source, problems.join(" "));
    const root = (await readdir(folder)).find(name => name.startsWith("root."));
    return found(root === undefined ? folder : join(folder, root), bootstrap.source);
  });
}

async function found(folder: string, source: string): Promise<BootstrapPacman> {
  const bytes = await readFile(join(folder, program)).catch(() => undefined);
  const loader = bytes && readElf(bytes)?.interpreter?.replace(/^\/+/, "");
  if (loader !== undefined && (await stat(join(folder, loader)).catch(() => undefined))?.isFile())
    return { folder, program, loader };
  const missing = loader
    ? `its pacman needs /${loader}, which is not in it`
    : "its pacman is no program to be loaded";
  throw unusable(source, bytes ? missing : "it has no usr/bin/pacman");
}

function unusable(source: string, why: string): Failure {
  return new Failure("bootstrap-unusable", `${source} is no tarball that pacman can be taken from: ${why}.`, {
    advice: "Take archlinux-bootstrap-x86_64.tar.zst as Arch publishes it, whole.",
  });
}
