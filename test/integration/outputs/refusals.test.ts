import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleCommandLine } from "../cli/bundle.ts";
import { takePackages } from "../identical/surroundings.ts";
import { sharedCache } from "./outputBench.ts";

// What a person sees of an output that cannot be made: through the command line, with the place in the recipe.
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "whittle-refusals-"));
let bundle: Awaited<ReturnType<typeof bundleCommandLine>>;

beforeAll(async () => {
  bundle = await bundleCommandLine();
  await takePackages(sharedCache, at("cache"));
  for (const name of ["db", "other"]) await makeKey(name);
  await run("openssl", [
    "pkey",
    "-in",
    at("db.key"),
    "-aes256",
    "-passout",
    "pass:x",
    "-out",
    at("locked.key"),
  ]);
  await run("openssl", ["x509", "-in", at("db.crt"), "-outform", "der", "-out", at("der.crt")]);
  await makeHugeArchive();
  mkdirSync(at("boot"));
  writeFileSync(at("boot/vmlinuz-1.0"), kernelWithoutStub());
});
afterAll(async () => {
  await bundle.remove();
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);

async function makeKey(name: string): Promise<void> {
  const asked = ["req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj", "/CN=test"];
  await run("openssl", [...asked, "-keyout", at(`${name}.key`), "-out", at(`${name}.crt`)]);
}

/** A tar of a few KiB with a file of 4 GiB that is one hole. */
async function makeHugeArchive(): Promise<void> {
  await run("truncate", ["-s", "4G", at("huge")]);
  await run("tar", ["-S", "--format=pax", "-C", folder, "-cf", at("huge.tar"), "huge"]);
  rmSync(at("huge"));
}

/** The boot sector of a bzImage, for a BIOS alone. */
function kernelWithoutStub(): Buffer {
  const image = Buffer.alloc(4096);
  image.writeUInt16LE(0xaa55, 0x1fe);
  image.write("HdrS", 0x202, "latin1");
  return image;
}

const files = "  - files: [{ path: /etc/hostname, content: x }]";

/** Builds a recipe, which has to fail; the output's parameters are its last line. */
async function failure(stages: string, output: string) {
  const text = `name: refused\nstages:\n${stages}\noutputs:\n  - ${output}\n`;
  writeFileSync(at("refused.whittle.yaml"), text);
  const env = { ...process.env, WHITTLE_CACHE: at("cache") };
  const built = await run(process.execPath, [bundle.cli, "build", at("refused.whittle.yaml"), "--json"], {
    env,
  }).then(
    () => "",
    (error: { stdout: string }) => error.stdout,
  );
  const last = JSON.parse(built.trimEnd().split("\n").at(-1) ?? "");
  // Missing files are found while the recipe is read, all of them at once.
  const said = { ...last, ...last.diagnostics?.[0] };
  const lines = text.split("\n");
  return { ...said, from: lines[said.line - 1]?.slice(said.column - 1) as string };
}

const sign = (key: string, certificate: string) =>
  `uki: { sign: { key: ${key}, certificate: ${certificate} } }`;

it.each([
  [
    "a file of 4 GiB for an initramfs",
    "  - archive: { source: huge.tar }",
    "initramfs: {}",
    "initramfs-file-too-large",
    "{}",
    "disk",
  ],
  [
    "the same in an ISO's root",
    "  - archive: { source: huge.tar }\n  - tree: { source: boot, target: /boot }",
    "iso: {}",
    "initramfs-file-too-large",
    "{}",
    "disk",
  ],
  [
    "a kernel that UEFI cannot start",
    "  - tree: { source: boot, target: /boot }",
    "uki: {}",
    "kernel-without-efi",
    "{}",
    "CONFIG_EFI_STUB",
  ],
  ["no kernel at all", files, "uki: {}", "no-kernel", "{}", "kernel"],
  [
    "a key that does not exist",
    files,
    sign("db.kye", "db.crt"),
    "input-missing",
    "db.kye",
    "Did you mean db.key?",
  ],
  ["a certificate that does not exist", files, sign("db.key", "no.crt"), "input-missing", "no.crt", "holds:"],
  [
    "the certificate of another key",
    files,
    sign("db.key", "other.crt"),
    "signing-failed",
    "other.crt",
    "made with this key",
  ],
  [
    "a key with a password",
    files,
    sign("locked.key", "db.crt"),
    "signing-failed",
    "locked.key",
    "openssl pkey",
  ],
  ["a certificate for a key", files, sign("db.crt", "db.crt"), "signing-failed", "db.crt, c", "PRIVATE KEY"],
  [
    "a key for a certificate",
    files,
    sign("db.key", "db.key"),
    "signing-failed",
    "db.key }",
    "BEGIN CERTIFICATE",
  ],
  [
    "a certificate in DER",
    files,
    sign("db.key", "der.crt"),
    "signing-failed",
    "der.crt",
    "-inform der -in der.crt",
  ],
  ["a container without files", `${files}\n  - remove: [/etc]`, "oci: {}", "oci-empty", "{}", "stage"],
  [
    "the same in one layer",
    `${files}\n  - remove: [/etc]`,
    "oci: { flatten: true }",
    "oci-empty",
    "{ flatten",
    "stage",
  ],
  [
    "a boot image that does not exist",
    files,
    "iso: { el_torito: { image: no.bin } }",
    "input-missing",
    "no.bin",
    "holds:",
  ],
  [
    "a boot image that the tree lacks",
    files,
    "iso: { el_torito: { from_tree: /no.bin } }",
    "not-in-tree",
    "/no.bin",
    "Correct the path",
  ],
  ["a level where nothing is compressed", files, "tar: { level: 3 }", "bad-level", "3", "Remove level"],
  ["a level that gzip lacks", files, "tar: { compress: gzip, level: 0 }", "bad-level", "0", "1 to 9"],
  ["a level that xz lacks", files, "initramfs: { compress: xz, level: 10 }", "bad-level", "10", "0 to 9"],
  ["a level that zstd lacks", files, "uki: { compress: zstd, level: 0 }", "bad-level", "0", "1 to 19"],
  ["a level of lz4", files, "squashfs: { compress: lz4, level: 1 }", "bad-level", "1", "Remove level"],
  [
    "a level beyond a squashfs's xz",
    files,
    "squashfs: { compress: xz, level: 10 }",
    "bad-level",
    "10",
    "0 to 9",
  ],
  ["a level beyond a layer's gzip", files, "oci: { level: 10 }", "bad-level", "10", "1 to 9"],
  [
    "a level of layers as they are",
    files,
    "oci: { compress: none, level: 1 }",
    "bad-level",
    "1",
    "Remove level",
  ],
] as const)("%s", async (_, stages, output, code, from, advice) => {
  const said = await failure(stages, output);
  expect(said).toMatchObject({ result: "failed", code });
  expect(said.file).toBe(at("refused.whittle.yaml"));
  expect(said.from.slice(0, from.length)).toBe(from);
  expect(said.advice).toContain(advice);
});
