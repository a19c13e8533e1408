import { basename } from "node:path";
import type { EfiReport, EfiSection } from "../../../shared/inspection.ts";
import type { Fact, InspectionPage, Part, Segment } from "../../../shared/inspectionPage.ts";
import { sizeMap } from "./sizeMap.ts";

// Source: the specification of unified kernel images of the UAPI group.
const purposes: Readonly<Record<string, string>> = {
  ".linux": "the kernel",
  ".initrd": "the initial RAM disk: the system",
  ".cmdline": "the kernel's command line",
  ".osrel": "os-release: which system it is",
  ".uname": "the kernel's release",
  ".ucode": "microcode for the processor",
  ".splash": "the picture shown at boot",
  ".dtb": "the device tree",
  ".dtbauto": "a device tree for some hardware",
  ".profile": "a profile: another way to boot",
  ".sbat": "generation, for revoking it",
  ".pcrsig": "signed measurements for the TPM",
  ".pcrpkey": "the key of those measurements",
};
const processors: Readonly<Record<string, string>> = {
  x64: "64-bit PCs (x64)",
  ia32: "32-bit PCs (ia32)",
  aa64: "64-bit ARM (aa64)",
  arm: "32-bit ARM",
  riscv64: "64-bit RISC-V",
};

/** An EFI program for people. */
export function efiPage(report: EfiReport): InspectionPage {
  const { path, bytes, sections, kind } = report;
  return {
    title: kind === "uki" ? "Unified kernel image" : "EFI program",
    path,
    bytes,
    facts: facts(report),
    map: sizeMap(
      "The file",
      bytes,
      kind === "uki" ? ukiSegments(sections) : sections.map(({ name, size }) => ({ name, bytes: size })),
      report.signed ? "headers and signature" : "headers",
    ),
    groups: [
      { title: "Sections", parts: inOrder(sections).map(section => part(section, kind === "uki")) },
      ...(report.signers.length === 0
        ? []
        : [
            {
              title: "Certificates",
              note: "They came with the signature; whether they may start it, the firmware decides.",
              parts: report.signers.map(({ subject, issuer, validTo, fingerprint }) => ({
                name: subject,
                about: issuer === subject ? "signed by itself" : `from ${issuer}`,
                facts: [
                  { name: "valid to", value: validTo },
                  { name: "sha256", value: fingerprint, isCode: true },
                ],
              })),
            },
          ]),
    ],
  };
}

function facts({ path, kind, processor, signed, signers, sections }: EfiReport): Fact[] {
  const textOf = (name: string): string | undefined =>
    sections.find(each => each.name === name)?.text?.trim();
  const release = textOf(".osrel");
  const name = release === undefined ? undefined : fieldOf(release, "PRETTY_NAME");
  const cmdline = textOf(".cmdline");
  const uname = textOf(".uname");
  const [signer] = signers;
  return [
    ...(name ? [{ name: "System", value: name }] : []),
    ...(uname ? [{ name: "Kernel", value: uname }] : []),
    ...(cmdline ? [{ name: "Command line", value: cmdline, isCode: true }] : []),
    { name: "Signed", value: signed ? (signer ? `yes, with ${signer.subject}` : "yes") : "no" },
    { name: "Started by", value: processor ? `UEFI of ${processors[processor] ?? processor}` : "UEFI" },
    ...(kind === "uki" && processor
      ? [
          {
            name: "To boot it",
            value: `copy it to EFI/BOOT/BOOT${processor.toUpperCase()}.EFI or EFI/Linux/${basename(path)} of an EFI partition`,
          },
        ]
      : []),
  ];
}

function fieldOf(release: string, name: string): string | undefined {
  const found = new RegExp(`^${name}=(.*)$`, "m").exec(release)?.[1];
  return found?.replace(/^(["'])(.*)\1$/, "$2");
}

/** What a person looks for comes first, the stub's own last. */
function inOrder(sections: readonly EfiSection[]): EfiSection[] {
  const order = Object.keys(purposes);
  const rank = ({ name }: EfiSection): number => (name in purposes ? order.indexOf(name) : order.length);
  return [...sections].sort((a, b) => rank(a) - rank(b));
}

/** What a person put in, and the stub as one. */
function ukiSegments(sections: readonly EfiSection[]): Segment[] {
  const own = sections.filter(({ name }) => name in purposes);
  const stub = sections.filter(({ name }) => !(name in purposes)).reduce((sum, { size }) => sum + size, 0);
  return [...own.map(({ name, size }) => ({ name, bytes: size })), { name: "stub", bytes: stub }];
}

function part({ name, size, sha256, text }: EfiSection, isUki: boolean): Part {
  const about = purposes[name] ?? (isUki ? "part of the stub, which starts the kernel" : undefined);
  const digest: Fact = { name: "sha256", value: sha256, isCode: true };
  return { name, about, bytes: size, facts: [digest], text };
}
