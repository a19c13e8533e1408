import { readFile, stat } from "node:fs/promises";
import { fetchPackages } from "../../debian/fetchPackages.ts";
import type { PackageVersion } from "../../debian/package.ts";
import { packageMembers } from "../../debian/packageMembers.ts";
import { Failure } from "../../failure.ts";
import type { Arch } from "../../host/host.ts";
import type { StageContext } from "../stage.ts";
import type { Applet } from "./applets.ts";
import { type Elf, readElf } from "./elf.ts";

/** A busybox that can run in the image. */
export interface Program {
  readonly bytes: Buffer;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Where a build itself says what it has; otherwise the program is searched. */
  readonly applets?: readonly Applet[] | undefined;
}

// A few times the largest BusyBox there is.
const mostBytes = 64 * 1024 * 1024;

/** @throws Failure `busybox-refused` for anything but a static program for the recipe's architecture. */
export async function programFile(path: string, context: StageContext): Promise<Program> {
  const found = await stat(path);
  if (!found.isFile()) throw refused(`${path} is no regular file`);
  if (found.size > mostBytes) throw refused(`${path} is far too large to be BusyBox`);
  const bytes = await readFile(path, { signal: context.signal });
  checkProgram(bytes, path, context.arch);
  return { bytes, mtime: context.clock };
}

/** Takes busybox out of a Debian package. @throws Failure as programFile(), and those of fetchPackage(). */
export async function packagedProgram(wanted: PackageVersion, context: StageContext): Promise<Program> {
  const { host, signal, arch } = context;
  const [deb] = await fetchPackages([wanted], context);
  if (deb === undefined) throw new Error("A package was asked for and none came.");
  for await (const member of packageMembers(host, deb, signal)) {
    if (member.type !== "file" || !/^\.?\/?(?:usr\/)?s?bin\/busybox$/.test(member.name)) continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of member.content) chunks.push(Buffer.from(chunk));
    const bytes = Buffer.concat(chunks);
    checkProgram(bytes, `busybox in the package ${wanted.package}`, arch);
    return { bytes, mtime: member.mtime };
  }
  throw refused(`The package ${wanted.package} holds no bin/busybox`);
}

/** @throws Failure `busybox-refused` for anything but a static BusyBox for that architecture. */
export function checkProgram(bytes: Buffer, what: string, arch: Arch): void {
  const elf = readElf(bytes);
  if (!elf) throw refused(`${what} is no ELF program`);
  if (elf.machine !== arch) {
    throw refused(`${what} is a program for ${elf.machine}, but the recipe makes an image for ${arch}`);
  }
  const missing = loadedFiles(elf);
  if (missing.length > 0) throw refused(`${what} is not static: it also needs ${missing.join(", ")}`);
  if (!bytes.includes("BusyBox v")) throw refused(`${what} is a program, but not BusyBox`);
}

function loadedFiles({ interpreter, libraries }: Elf): string[] {
  return [...(interpreter === undefined ? [] : [interpreter]), ...libraries];
}

function refused(message: string): Failure {
  return new Failure("busybox-refused", `${message}.`, {
    advice:
      "Debian's and Ubuntu's package busybox-static has a fitting one; a build of your own needs CONFIG_STATIC=y.",
  });
}
