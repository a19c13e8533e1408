import { createHash } from "node:crypto";
import type { EfiReport, EfiSection } from "../../../shared/inspection.ts";
import { Failure } from "../../failure.ts";
import { type ImageBytes, openPlainBytes } from "../../image/imageBytes.ts";
import { type PeSection, peImage } from "../../machine/peSections.ts";
import { signersIn } from "./certificates.ts";

const textSections: ReadonlySet<string> = new Set([
  ".osrel",
  ".cmdline",
  ".uname",
  ".sbat",
  ".pcrsig",
  ".pcrpkey",
  ".profile",
]);
const processors: Readonly<Record<number, string>> = {
  332: "ia32",
  34404: "x64",
  43620: "aa64",
  448: "arm",
  20580: "riscv64",
};
const headBytes = 64 * 1024;
const pieceBytes = 1024 * 1024;
// Of all sections together.
const mostText = 64 * 1024;
const mostCertificateBytes = 64 * 1024;
// As Windows bounds them.
const mostSections = 96;

/**
 * Looks into an EFI program: a unified kernel image, a boot loader, a kernel with an EFI stub.
 * @param path absolute
 * @throws Failure `not-an-image`
 */
export async function inspectEfi(path: string, signal: AbortSignal): Promise<EfiReport> {
  const bytes = await openPlainBytes(path);
  try {
    const head = await bytes.read(0, headBytes);
    const sections: EfiSection[] = [];
    let text = mostText;
    for (const section of sectionsOf(head, bytes.size, path)) {
      const report = await sectionReport(bytes, section, text, path, signal);
      text -= report.text?.length ?? 0;
      sections.push(report);
    }
    const table = certificateTable(head);
    const signers = signersIn(await bytes.read(table.start, Math.min(table.length, mostCertificateBytes)));
    return {
      result: "inspect",
      kind: sections.some(({ name }) => name === ".linux") ? "uki" : "efi",
      path,
      bytes: bytes.size,
      firmware: ["uefi"],
      processor: processors[head.readUInt16LE(head.readUInt32LE(0x3c) + 4)],
      signed: table.length > 0,
      signers,
      sections,
    };
  } finally {
    await bytes.close();
  }
}

async function sectionReport(
  bytes: ImageBytes,
  { name, size, offset }: PeSection,
  mostText: number,
  path: string,
  signal: AbortSignal,
): Promise<EfiSection> {
  const hash = createHash("sha256");
  const parts: Buffer[] = [];
  for (let at = 0; at < size; ) {
    signal.throwIfAborted();
    const piece = await bytes.read(offset + at, Math.min(pieceBytes, size - at));
    if (piece.length === 0) throw refused(path, `its section ${name} is cut short`);
    hash.update(piece);
    if (textSections.has(name) && at < mostText) parts.push(piece);
    at += piece.length;
  }
  const text = Buffer.concat(parts).toString("utf8", 0, mostText);
  return {
    name,
    size,
    sha256: hash.digest("hex"),
    ...(textSections.has(name) ? { text: text.replace(/[\0\n]+$/, "") } : {}),
  };
}

function sectionsOf(head: Buffer, bytes: number, path: string): readonly PeSection[] {
  const sections = peSectionsOf(head, path);
  if (sections.length > mostSections)
    throw refused(path, `it has ${sections.length} sections, of which ${mostSections} are allowed`);
  // Sections that lie over each other would be read again and again.
  const sum = sections.reduce((total, { size }) => total + size, 0);
  if (sum > bytes) throw refused(path, "its sections take more than the whole file");
  return sections;
}

function peSectionsOf(head: Buffer, path: string): readonly PeSection[] {
  try {
    return peImage(head).sections;
  } catch {
    throw refused(path, "it is no EFI program");
  }
}

/** The fifth data directory of PE32+; unlike the others it says where in the file, not in memory. */
function certificateTable(head: Buffer): { start: number; length: number } {
  const optional = head.readUInt32LE(0x3c) + 24;
  const directory = optional + (head.readUInt16LE(optional) === 0x20b ? 112 : 96) + 4 * 8;
  if (directory + 8 > head.length) return { start: 0, length: 0 };
  return { start: head.readUInt32LE(directory), length: head.readUInt32LE(directory + 4) };
}

function refused(path: string, why: string): Failure {
  return new Failure("not-an-image", `${path} cannot be inspected: ${why}.`, {
    advice: "The file may be incomplete: make or fetch it again.",
  });
}
