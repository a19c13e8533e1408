import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { signersIn } from "../../../src/core/analysis/inspect/certificates.ts";
import { inspectEfi } from "../../../src/core/analysis/inspect/inspectEfi.ts";

const folder = mkdtempSync(join(tmpdir(), "wt-"));
afterAll(() => rmSync(folder, { recursive: true }));
const { signal } = new AbortController();

/** A program with `count` sections, each of `size` bytes at `offset(index)`. */
function program(count: number, name: string, size: number, offset: (index: number) => number): string {
  const bytes = Buffer.alloc(Math.max(16 * 1024, offset(count)), "x");
  bytes.fill(0, 0, 0x108 + count * 40);
  bytes.write("MZ", 0, "latin1");
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write("PE\0\0", 0x80, "latin1");
  bytes.writeUInt16LE(0x8664, 0x84);
  bytes.writeUInt16LE(count, 0x86);
  bytes.writeUInt16LE(0x70, 0x94);
  for (let index = 0; index < count; index++) {
    const at = 0x108 + index * 40;
    bytes.write(name, at, "latin1");
    bytes.writeUInt32LE(size, at + 8);
    bytes.writeUInt32LE(size, at + 16);
    bytes.writeUInt32LE(offset(index), at + 20);
  }
  const path = join(folder, "system.efi");
  writeFileSync(path, bytes);
  return path;
}

test("sections that lie over each other are not read again and again", async () => {
  const path = program(2, ".a", 10_000, () => 6000);
  await expect(inspectEfi(path, signal)).rejects.toMatchObject({ code: "not-an-image" });
});

test("more sections than any system takes are refused", async () => {
  await expect(
    inspectEfi(
      program(96, ".a", 1, () => 8192),
      signal,
    ),
  ).resolves.toMatchObject({ kind: "efi" });
  const path = program(97, ".a", 1, () => 8192);
  await expect(inspectEfi(path, signal)).rejects.toMatchObject({ code: "not-an-image" });
});

test("the text of all sections has one limit", async () => {
  const report = await inspectEfi(
    program(4, ".osrel", 30_000, index => 1024 + index * 30_000),
    signal,
  );
  const texts = report.sections.map(({ text }) => text?.length);
  expect(texts).toEqual([30_000, 30_000, 64 * 1024 - 60_000, 0]);
});

// Made by: openssl req -x509 -newkey ed25519 -nodes -keyout /dev/null -subj /CN=T -days 36500 -outform DER
const certificate = Buffer.from(
  "MIIBLjCB4aADAgECAhR8eud+y0bZC7zGES5+cZMeqJd2YjAFBgMrZXAwDDEKMAgGA1UEAwwBVDAgFw0yNjExMjExNjU5MjZaGA8yMTI2MTAyODE2NTkyNlowDDEKMAgGA1UEAwwBVDAqMAUGAytlcAMhAP90M8WTI3kt2SBl10aN7jYKZqvWgkZ7akR1Dub9w6yyo1MwUTAdBgNVHQ4EFgQUBgBBnYKCMn3S2Bi4N1lVWbxw6N0wHwYDVR0jBBgwFoAUBgBBnYKCMn3S2Bi4N1lVWbxw6N0wDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXADQQAmyeeYLMLOacEXGbdzX8mqYtSEufc6Dv+sSmtEPLOtgI1gF9olWFHYSABDpTpiViIioHR11zPtmo8+T4RXrAEO",
  "base64",
);
// A sequence that holds a sequence with a version in it, and nothing more.
const alike = Buffer.from("3082001c30820018a0030201020000000000000000000000000000000000000000", "hex");
// A sequence that holds something else: no certificate begins so.
const unlike = Buffer.from("3082001c30820018040302010200000000000000000000000000000000000000000", "hex");

/** A certificate behind what comes before it in a table with one entry. */
function tableOf(...before: readonly Buffer[]): Buffer {
  const message = Buffer.concat([Buffer.alloc(8), ...before, certificate]);
  message.writeUInt32LE(message.length, 0);
  return message;
}

test("a certificate is found, and bytes that only look like one cost little", () => {
  const subjects = (...before: readonly Buffer[]) => signersIn(tableOf(...before)).map(each => each.subject);
  expect(subjects()).toEqual(["CN=T"]);
  expect(subjects(Buffer.alloc(40))).toEqual(["CN=T"]);
  expect(subjects(...Array(100).fill(alike))).toEqual(["CN=T"]);
  expect(subjects(...Array(1000).fill(unlike))).toEqual(["CN=T"]);
  // From here on no more are tried, and of a long table no more is read.
  expect(subjects(...Array(201).fill(alike))).toEqual([]);
  expect(subjects(Buffer.alloc(64 * 1024))).toEqual([]);
});
