import { expect, test } from "vitest";
import { imagePage } from "../../../src/core/analysis/inspect/imagePage.ts";
import { pageText } from "../../../src/core/analysis/inspect/pageText.ts";
import { isInspectorState } from "../../../src/shared/protocol/inspector.ts";
import { disk, iso, reports, uki } from "./sampleReports.ts";

const factsOf = (page: ReturnType<typeof imagePage>): Record<string, string> =>
  Object.fromEntries(page.facts.map(({ name, value }) => [name, value]));

test.each(Object.entries(reports))(
  "the bar of a %s adds up to the whole, and the page passes as a message",
  (_, report) => {
    const page = imagePage(report);
    const sum = page.map?.segments.reduce((total, { bytes }) => total + bytes, 0);
    expect(sum).toBe(page.map?.total);
    expect(isInspectorState({ file: "x", page: structuredClone(page), firmware: report.firmware })).toBe(
      true,
    );
  },
);

test("a unified kernel image says first what it is, what it boots with and who signed it", () => {
  const page = imagePage(uki);
  expect(page.title).toBe("Unified kernel image");
  expect(factsOf(page)).toMatchObject({
    System: "Boots 1.0",
    Kernel: "6.1.0",
    "Command line": "quiet rdinit=/sbin/init",
    Signed: "yes, with CN=My key",
    "Started by": "UEFI of 64-bit PCs (x64)",
  });
  expect(page.groups.map(({ title }) => title)).toEqual(["Sections", "Certificates"]);
  expect(page.groups[0]?.parts.map(({ name }) => name)).toEqual([
    ".linux",
    ".initrd",
    ".cmdline",
    ".osrel",
    ".uname",
    ".text",
    ".data",
  ]);
  // The stub's own sections are one piece of the bar.
  expect(page.map?.segments.map(({ name }) => name)).toContain("stub");
});

test("a disk shows its partitions with file systems, what is free, and what starts it", () => {
  const page = imagePage(disk);
  expect(factsOf(page)).toMatchObject({ "Started by": "BIOS and UEFI", "Partition table": "GPT" });
  const [efi, root] = page.groups[0]?.parts ?? [];
  expect(efi).toMatchObject({ name: "1 efi", about: "EFI system, FAT12" });
  expect(efi?.facts).toContainEqual({
    name: "EFI program",
    value: "/EFI/BOOT/BOOTX64.EFI (4.0 KiB)",
    isCode: true,
  });
  expect(root?.facts).toContainEqual({ name: "free", value: "1.0 MiB" });
});

test("a disk that nothing starts says so", () => {
  const page = imagePage({ ...disk, firmware: [], bootCode: undefined });
  expect(factsOf(page)["Started by"]).toMatch(/^nothing/);
});

test("overlapping files have no bar that could be wrong", () => {
  const twice = { path: "/copy", bytes: iso.bytes };
  expect(imagePage({ ...iso, files: [twice, { ...twice, path: "/again" }] }).map).toBeUndefined();
});

test("the command line's text has the same, with the digest and the text of sections", () => {
  const text = pageText(imagePage(uki), "abc123");
  expect(text).toContain("Unified kernel image, ");
  expect(text).toMatch(/^sha256: +abc123$/m);
  expect(text).toContain("    | quiet rdinit=/sbin/init");
  expect(text).toMatch(/\.linux .*█/);
});

test("a long list of files is cut on the terminal", () => {
  const files = Array.from({ length: 60 }, (_, index) => ({ path: `/f${index}`, bytes: 1 }));
  expect(pageText(imagePage({ ...iso, files }))).toContain("and 20 more");
});

test("nothing of an image is obeyed by a terminal", () => {
  const evil = "a\x1b]0;x\x07\nb\x9b2J";
  const clean = "a\ufffd]0;x\ufffd b\ufffd2J";
  const text = pageText(imagePage({ ...iso, volumeId: evil, files: [{ path: evil, bytes: 1 }] }));
  expect(text).toContain(`Volume id:      ${clean}`);
  expect(text).toContain(`  ${clean}`);
  const [section] = uki.sections;
  if (!section) throw new Error("a section is missing");
  const cmdline = { ...section, name: ".cmdline", text: evil };
  const unified = pageText(imagePage({ ...uki, sections: [cmdline] }));
  const partition = disk.partitions.map(each => ({ ...each, name: evil, type: evil }));
  const named = pageText(imagePage({ ...disk, partitions: partition }));
  for (const each of [text, unified, named]) expect(each.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
});
