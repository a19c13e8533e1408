import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleWithGuard, type CommandLine } from "./commandLine.ts";
import { tool } from "./tool.ts";

// What this computer has is covered up, in a namespace of its own, so that it has other firmware or none.
const none = ["/usr/share/OVMF", "/usr/share/AAVMF", "/usr/share/qemu/firmware"];
const finder = fileURLToPath(new URL("../../../src/core/machine/firmware/findFirmware.ts", import.meta.url));
const names = ["40-edk2-x86_64-secure-enrolled", "50-edk2-x86_64-secure", "60-edk2-x86_64"];

let folder: string;
let cli: CommandLine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "whittle-firmware-"));
  cli = await bundleWithGuard();
  await writeFile(join(folder, "pc.efi"), program());
});
afterAll(async () => {
  await Promise.all([cli.remove(), rm(folder, { recursive: true, force: true })]);
});

const hidden = (paths: readonly string[]) => paths.flatMap(path => ["--tmpfs", path]);

/** What findFirmware() answers where `etc` stands for /etc and `home` for the user's folder. */
async function found(
  etc: string,
  home: string,
  covered: readonly string[] = [],
  arch = "x86_64",
): Promise<string> {
  const script = `const { findFirmware } = await import(${JSON.stringify(finder)});
    const env = { HOME: ${JSON.stringify(home)} };
    try { console.log((await findFirmware({ env }, ${JSON.stringify(arch)})).code); }
    catch (error) { console.log(error.code, error.advice); }`;
  const within = ["bwrap", "--dev-bind", "/", "/", "--bind", etc, "/etc", ...hidden(covered)];
  return (await tool("env", ...within, process.execPath, "--input-type=module", "-e", script)).trim();
}

async function describeFirmware(path: string, code: string): Promise<void> {
  await mkdir(join(path, "qemu", "firmware"), { recursive: true });
  const descriptor = {
    "interface-types": ["uefi"],
    mapping: {
      device: "flash",
      executable: { filename: code, format: "raw" },
      "nvram-template": { filename: code, format: "raw" },
    },
    targets: [{ architecture: "x86_64", machines: ["pc-q35-*"] }],
    features: [],
  };
  await writeFile(join(path, "qemu", "firmware", "60-edk2-x86_64.json"), JSON.stringify(descriptor));
}

it("without firmware the package to install is named", async () => {
  const within = ["bwrap", "--dev-bind", "/", "/", ...hidden(none)];
  const args = ["boot", join(folder, "pc.efi"), "--until", "x", "--accelerator", "tcg", "--json"];
  const { code, stdout } = await cli.run(args, { within });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    result: "failed",
    code: "firmware-missing",
    message: "There is no UEFI firmware for x86_64 machines on this computer.",
    advice: "Install it with: sudo apt-get install ovmf",
  });
  const etc = await mkdtemp(join(folder, "etc-"));
  expect(await found(etc, folder, none, "aarch64")).toBe(
    "firmware-missing Install it with: sudo apt-get install qemu-efi-aarch64",
  );
});

it("a descriptor of the user's hides the administrator's, which hides a package's; else the usual places count", async () => {
  const [etc, home] = [join(folder, "etc"), join(folder, "home")];
  const [ofAdmin, ofUser] = [join(folder, "admin.fd"), join(folder, "user.fd")];
  for (const path of [ofAdmin, ofUser]) await writeFile(path, "");
  await mkdir(etc);
  expect(await found(etc, home)).toBe("/usr/share/OVMF/OVMF_CODE_4M.fd");
  // No descriptors at all, then not the files either.
  expect(await found(etc, home, none.slice(2))).toBe("/usr/share/OVMF/OVMF_CODE_4M.fd");
  expect(await found(etc, home, none)).toContain("firmware-missing");
  await describeFirmware(etc, ofAdmin);
  expect(await found(etc, home)).toBe(ofAdmin);
  await describeFirmware(join(home, ".config"), ofUser);
  expect(await found(etc, home)).toBe(ofUser);
  // An empty file of the same name takes a descriptor away.
  for (const name of names) await writeFile(join(home, ".config", "qemu", "firmware", `${name}.json`), "");
  expect(await found(etc, home, none.slice(0, 1))).toContain("firmware-missing");
});

it("firmware for 32-bit machines is no firmware for these, even when it is the only one", async () => {
  const etc = join(folder, "etc32");
  await mkdir(join(etc, "qemu"), { recursive: true });
  const code = join(folder, "ia32.fd");
  await writeFile(code, "");
  await describeFirmware(etc, code);
  const path = join(etc, "qemu", "firmware", "60-edk2-x86_64.json");
  await tool("sed", "-i", 's/"x86_64"/"i386"/', path);
  await cp(path, join(etc, "qemu", "firmware", "00-edk2-i386.json"));
  expect(await found(etc, folder, none)).toContain("firmware-missing");
});

/** The head of a program for UEFI; it is never started. */
function program(): Buffer {
  const bytes = Buffer.alloc(1024);
  bytes.write("MZ", 0, "latin1");
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write("PE\0\0", 0x80, "latin1");
  bytes.writeUInt16LE(0x8664, 0x84);
  bytes.writeUInt16LE(0x70, 0x94);
  bytes.writeUInt16LE(10, 0x98 + 68);
  return bytes;
}
