import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { Failure } from "../failure.ts";
import { type PeSection, peImage } from "../machine/peSections.ts";

/** One section of a unified kernel image, as `ukify inspect` would show it. */
export interface UkiSection {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Of the content, hex. */
  readonly sha256: string;
  /** Content of a section that holds text (the command line, os-release). */
  readonly text?: string | undefined;
}

export interface UkiReport {
  readonly result: "inspect";
  /** Absolute path. */
  readonly path: string;
  /** Bytes. */
  readonly bytes: number;
  /** Whether it carries a signature; not whether anybody trusts it. */
  readonly signed: boolean;
  readonly sections: readonly UkiSection[];
}

const textSections: ReadonlySet<string> = new Set([
  ".osrel",
  ".cmdline",
  ".uname",
  ".sbat",
  ".pcrsig",
  ".pcrpkey",
  ".profile",
]);
const headBytes = 64 * 1024;
const mostText = 64 * 1024;

/**
 * Looks into a unified kernel image.
 * @param path absolute
 * @throws Failure `not-a-uki`
 */
export async function inspectUki(path: string, signal: AbortSignal): Promise<UkiReport> {
  const file = await open(path, "r");
  try {
    const { size: bytes } = await file.stat();
    const head = Buffer.alloc(Math.min(headBytes, bytes));
    await file.read(head, 0, head.length, 0);
    const sections = sectionsOf(head, path);
    const read = async (section: PeSection): Promise<UkiSection> => {
      const hash = createHash("sha256");
      const parts: Buffer[] = [];
      const buffer = Buffer.alloc(1024 * 1024);
      for (let at = 0; at < section.size; ) {
        signal.throwIfAborted();
        const wanted = Math.min(buffer.length, section.size - at);
        const { bytesRead } = await file.read(buffer, 0, wanted, section.offset + at);
        if (bytesRead === 0) throw refused(path, `the section ${section.name} is cut short`);
        hash.update(buffer.subarray(0, bytesRead));
        if (textSections.has(section.name) && at < mostText)
          parts.push(Buffer.from(buffer.subarray(0, bytesRead)));
        at += bytesRead;
      }
      const text = textSections.has(section.name)
        ? {
            text: Buffer.concat(parts)
              .toString("utf8", 0, mostText)
              .replace(/[\0\n]+$/, ""),
          }
        : {};
      return { name: section.name, size: section.size, sha256: hash.digest("hex"), ...text };
    };
    const found: UkiSection[] = [];
    for (const section of sections) found.push(await read(section));
    return { result: "inspect", path, bytes, signed: isSigned(head), sections: found };
  } finally {
    await file.close();
  }
}

function sectionsOf(head: Buffer, path: string): readonly PeSection[] {
  let sections: readonly PeSection[] = [];
  try {
    sections = peImage(head).sections;
  } catch {
    throw refused(path, "it is no EFI program");
  }
  if (sections.some(section => section.name === ".linux")) return sections;
  throw refused(path, "it is an EFI program without a kernel inside");
}

/** The fifth data directory of PE32+ is the certificate table. */
function isSigned(head: Buffer): boolean {
  const optional = head.readUInt32LE(0x3c) + 24;
  const directories = optional + (head.readUInt16LE(optional) === 0x20b ? 112 : 96);
  return head.readUInt32LE(directories + 4 * 8 + 4) > 0;
}

function refused(path: string, why: string): Failure {
  return new Failure("not-a-uki", `${path} is no unified kernel image: ${why}.`, {
    advice: "Name an .efi file that a `uki` output, mkosi or ukify made.",
  });
}
