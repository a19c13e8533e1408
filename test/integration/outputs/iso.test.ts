import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openToolbox } from "../../../src/core/host/toolbox.ts";
import { iso } from "../../../src/core/outputs/iso.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { addKernel, busyboxBytes, type CloudKernel, removeKernel, unpackCloudKernel } from "./cloudKernel.ts";
import { bootIso, extract, type MadeIso, makeIso, xorriso } from "./isoBench.ts";
import { type Add, type Bench, failureOf, openBench, owned, sha256Of } from "./outputBench.ts";

const run = promisify(execFile);
let bench: Bench;
let kernel: CloudKernel;
let busybox: Buffer;
let tree: Tree;
let both: MadeIso;
beforeAll(async () => {
  bench = await openBench();
  const { host } = bench.context(await bench.tree());
  kernel = await unpackCloudKernel(host, join(bench.folder, "kernel"));
  busybox = await busyboxBytes(host);
  tree = await bench.tree(add => addKernel(add, kernel, /^$/), system);
  both = await makeIso(bench, { cmdline: words }, tree);
});
afterAll(async () => {
  await removeKernel(kernel);
  await bench.close();
});

const words = 'console=ttyS0 quiet panic=-1 greet="you all"';
const file = (path: string, mode = 0o644) => ({ type: "file", path, mode, ...owned }) as const;

const init = `#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b touch /etc/new && wrote=yes
$b echo "says: hello $($b stat -c '%u:%g %a' /etc/greeting) wrote=$wrote $($b grep ' / ' /proc/mounts)"
$b echo "words: $($b cat /proc/cmdline)"
$b sleep 1000
`;

async function system(add: Add): Promise<void> {
  await add(file("bin/busybox", 0o755), { bytes: busybox });
  await add(file("sbin/init", 0o755), { bytes: Buffer.from(init) });
  await add({ ...file("etc/greeting", 0o640), uid: 7, gid: 70_000 }, { bytes: Buffer.from("hello") });
  await add({ type: "directory", path: "proc", mode: 0o755, ...owned });
  await add({ type: "directory", path: "dev", mode: 0o755, ...owned });
}

describe("an ISO with the system in memory", () => {
  it.each([
    ["bios", "cdrom"],
    ["bios", "usb"],
    ["uefi", "cdrom"],
    ["uefi", "usb"],
  ] as const)("boots by %s as %s, from nothing but the file", async (firmware, as) => {
    const said = await bootIso(both, firmware, "words: .*\\n", as);
    expect(said).toContain("says: hello 7:70000 640 wrote=yes");
    // The kernel reads both alike.
    const greet = firmware === "uefi" ? '"greet=you all"' : 'greet="you all"';
    expect(said).toContain(`console=ttyS0 quiet panic=-1 ${greet} rdinit=/sbin/init`);
  });

  it("boots by UEFI with a kernel that has no EFI stub, through a menu", async () => {
    const noStub = await bench.tree(
      add => addKernel(add, kernel, /^$/),
      system,
      async add => {
        const path = `boot/vmlinuz-${kernel.release}`;
        const bytes = await readFile(join(kernel.folder, path));
        bytes.fill(0, 0, 2);
        bytes.writeUInt16LE(bytes.readUInt16LE(0x236) & 0x23, 0x236);
        await add(file(path), { bytes });
      },
    );
    const given = { firmware: ["uefi"], cmdline: words, timeout: 1, label: "A system (1.0)" };
    const made = await makeIso(bench, given, noStub);
    const said = await bootIso(made, "uefi", "words: .*\\n");
    expect(said).toContain("A system (1.0)");
    expect(said).toContain("says: hello 7:70000 640");
    const { stdout } = await run("/usr/sbin/sfdisk", ["--verify", made.image.path]);
    expect(stdout).toContain("No errors detected");
  });

  it("has an entry for each firmware, a boot sector for disks, and a partition for UEFI", async () => {
    const report = await xorriso(
      both.image.path,
      "-report_el_torito",
      "plain",
      "-report_system_area",
      "plain",
    );
    expect(report).toMatch(/El Torito boot img : +1 +BIOS +y +none/);
    expect(report).toMatch(/El Torito boot img : +2 +UEFI +y +none/);
    expect(report).toContain("El Torito img opts :   1  boot-info-table isohybrid-suitable");
    expect(report).toMatch(/MBR partition +: +2 +0x00 +0xef/);
    expect(report).toContain("MBR isohybrid");
    const { stdout } = await run("/usr/sbin/sfdisk", ["--verify", both.image.path]);
    expect(stdout).toContain("No errors detected");
    const volume = await xorriso(both.image.path, "-pvd_info");
    expect(volume).toMatch(/Volume Id +: BOOTS/);
  });

  it("holds only what its firmware needs", async () => {
    const bios = await makeIso(bench, { firmware: ["bios"] }, tree);
    const uefi = await makeIso(bench, { firmware: ["uefi"], volume_id: "MY_DISC" }, tree);
    const [ofBios, ofUefi] = await Promise.all(
      [bios, uefi].map(made => xorriso(made.image.path, "-pvd_info", "-find", "/")),
    );
    expect(ofBios).toContain("isolinux.bin");
    expect(ofBios).not.toContain("efi.img");
    expect(ofUefi).toContain("efi.img");
    expect(ofUefi).not.toContain("isolinux");
    expect(ofUefi).toMatch(/Volume Id +: MY_DISC/);
    expect(() => iso.boot?.(bios.parameters, [bios.image], "uefi")).toThrow("made for bios");
    expect(iso.boot?.(uefi.parameters, [uefi.image])).toMatchObject({
      firmware: "uefi",
      drives: [{ as: "cdrom", format: "raw" }],
    });
  });

  it("is the same bytes from another cache, and has nothing of the builder's", async () => {
    const other = await openBench();
    try {
      const again = await other.tree(add => addKernel(add, kernel, /^$/), system);
      const { image } = await makeIso(other, { cmdline: words }, again);
      expect(await sha256Of(image.path)).toBe(await sha256Of(both.image.path));
    } finally {
      await other.close();
    }
    const listed = await xorriso(both.image.path, "-find", "/", "-exec", "lsdl");
    for (const line of listed.trimEnd().split("\n")) {
      expect(line).toMatch(/^.{10} +1 0 +0 +\d+ Jan +1 +1970 '\/.*'$/);
    }
  });

  it("keeps the loaders between builds", async () => {
    const { context } = await makeIso(bench, { cmdline: words }, tree);
    expect(context.made).toEqual([]);
    const { context: edited } = await makeIso(bench, { cmdline: "console=ttyS0" }, tree);
    expect(edited.made.filter(key => key.startsWith("package file"))).toEqual([]);
  });
});

it("runs from a squashfs on the medium, and writes to memory", async () => {
  const modules =
    /\/(isofs|cdrom|loop|squashfs|overlay|virtio_(pci|blk)|virtio|virtio_ring|virtio_pci_\w+|crc32c\w*)\.ko/;
  const live = await bench.tree(add => addKernel(add, kernel, modules), system);
  const made = await makeIso(bench, { root: "squashfs", firmware: ["bios"], cmdline: words }, live);
  expect(made.context.warnings.join()).toContain("finds its root only on virtio disks, NVMe disks.");
  const said = await bootIso(made, "bios", "words: .*\\n");
  expect(said).toMatch(/says: hello 7:70000 640 wrote=yes overlay \/ overlay/);
  const again = await makeIso(bench, { root: "squashfs", firmware: ["bios"], cmdline: words }, live);
  expect(await sha256Of(again.image.path)).toBe(await sha256Of(made.image.path));
  expect(await failureOf(makeIso(bench, { root: "squashfs" }, tree))).toMatchObject({
    code: "kernel-driver-missing",
    range: { file: "root" },
  });
});

// Writes the text behind it to the serial line, then halts.
const loader = Buffer.concat([
  Buffer.from([0xeb, 0x3e]),
  Buffer.alloc(62),
  Buffer.from("fa31c08ed8be577cac84c07406baf803eeebf5f4ebfd", "hex"),
  Buffer.alloc(1),
  Buffer.from("own loader\r\n\0"),
]);

describe("an ISO of a system with its own loader", () => {
  const own = (add: Add) =>
    add(file("boot/cdboot"), { bytes: loader }).then(async () => {
      await add({ ...file("etc/set", 0o4755), uid: 7, gid: 70_000 }, { bytes: Buffer.alloc(9000, 1) });
      await add(file("etc/twin"), { hardLink: "etc/set" });
      await add({ type: "symlink", path: "etc/link*[", mode: 0o777, target: "se t", ...owned });
      await add(file("etc/an odd 'na\"me\nä"), { bytes: Buffer.from("odd") });
      await add(file("platform/kernel"), { bytes: Buffer.from("kernel") });
    });

  it("boots the given image, with the archive made of a folder beside it", async () => {
    const given = {
      el_torito: { from_tree: "/boot/cdboot", boot_info_table: true },
      archive: { from_tree: "/etc", as: "/platform/i86pc/boot_archive" },
    };
    const made = await makeIso(bench, given, await bench.tree(own));
    const report = await xorriso(made.image.path, "-report_el_torito", "plain", "-find", "/");
    expect(report).toContain("El Torito img path :   1  /boot/cdboot");
    expect(report).toContain("El Torito img opts :   1  boot-info-table");
    expect(report).toContain("/platform/kernel");
    expect(report).not.toContain("/etc");
    const archive = await extract(made, "/platform/i86pc/boot_archive");
    expect((await readFile(archive)).toString("latin1", 0, 6)).toBe("070707");
    const { stdout } = await run("cpio", ["-itvn", "-I", archive]);
    expect(stdout).toMatch(/-rwsr-xr-x +2 7 +70000 +9000 .* set$/m);
    expect(stdout).toMatch(/-rwsr-xr-x +2 7 +70000 +9000 .* twin$/m);
    expect(stdout).toMatch(/link\*\[ -> se t$/m);
    const said = await bootIso(made, "bios", "own loader");
    expect(said).toContain("own loader");
  });

  it("keeps names, owners, modes, times and links of what it holds, the same each time", async () => {
    await run("cp", [await writeLoader(), join(bench.folder, "cdboot")]);
    const given = { el_torito: [{ image: "cdboot" }, { from_tree: "/platform/kernel", platform: "uefi" }] };
    const made = await makeIso(bench, given, await bench.tree(own));
    const listed = await xorriso(made.image.path, "-find", "/etc", "-exec", "lsdl");
    expect(listed).toMatch(/^-rwsr-xr-x +1 7 +70000 +9000 Nov 14 +2023 '\/etc\/set'$/m);
    expect(listed).toContain("'/etc/link*[' -> 'se t'");
    const odd = await extract(made, "/etc/an odd 'na\"me\nä");
    expect(await readFile(odd, "utf8")).toBe("odd");
    expect(await xorriso(made.image.path, "-report_el_torito", "plain")).toMatch(/img : +2 +UEFI/);
    const again = await makeIso(bench, given, await bench.tree(own));
    expect(await sha256Of(again.image.path)).toBe(await sha256Of(made.image.path));
  });

  it("takes a finished archive, and only the files named", async () => {
    const given = {
      el_torito: { from_tree: "/boot/cdboot" },
      archive: { from_tree: "/platform/kernel", as: "/archive.gz", compress: "gzip" },
      files: ["/etc/s*"],
    };
    const made = await makeIso(bench, given, await bench.tree(own));
    const listed = (await xorriso(made.image.path, "-find", "/")).split("\n").sort();
    expect(listed.filter(Boolean)).toEqual(
      ["/", "/archive.gz", "/boot", "/boot/boot.cat", "/boot/cdboot", "/etc", "/etc/set"].map(
        path => `'${path}'`,
      ),
    );
    const { stdout } = await run("gzip", ["-dc", await extract(made, "/archive.gz")]);
    expect(stdout).toBe("kernel");
  });

  async function writeLoader(): Promise<string> {
    const made = await makeIso(bench, { el_torito: { from_tree: "/boot/cdboot" } }, await bench.tree(own));
    return extract(made, "/boot/cdboot");
  }
});

it("has the same bytes from another folder and as another user", async () => {
  const folder = await mkdtemp(join(tmpdir(), "whittle-other-"));
  await chmod(folder, 0o777);
  const here = JSON.stringify(import.meta.dirname).slice(1, -1);
  const script = join(folder, "make.mts");
  await writeFile(
    script,
    `import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openBench, sha256Of } from "${here}/outputBench.ts";
import { efiImage } from "${here}/../../../src/core/outputs/iso/efiImage.ts";
import { iso } from "${here}/../../../src/core/outputs/iso.ts";
const bench = await openBench();
try {
  const tree = await bench.tree(async add => {
    for (let index = 0; index < 50; index++) {
      const entry = { type: "file", path: \`etc/\${index}\`, mode: 0o604, uid: index, gid: 5, mtime: 9 };
      await add(entry, { bytes: Buffer.alloc(index * 300, index) });
    }
  });
  const context = bench.context(tree);
  const program = join(bench.folder, "program");
  await writeFile(program, Buffer.alloc(100_000, 7));
  const image = await efiImage(program, "program", context);
  const [made] = await iso.apply({ el_torito: { image, platform: "uefi" } }, context, null);
  console.log(await sha256Of(made.path));
} finally {
  await bench.close();
}
`,
  );
  const node = [process.execPath, "--experimental-strip-types", "--no-warnings", script];
  const other =
    process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : ["fakeroot"];
  const [mine, theirs] = await Promise.all([
    run(node[0] ?? "", node.slice(1)),
    run(other[0] ?? "", [...other.slice(1), ...node], { env: { ...process.env, HOME: folder } }),
  ]);
  expect(mine.stdout).toMatch(/^[0-9a-f]{64}$/m);
  expect(theirs.stdout).toBe(mine.stdout);
  await rm(folder, { recursive: true });
});

it("says what is missing or does not fit, and where", async () => {
  const broken = async (parameters: object, of: Tree = tree, changes = {}) => {
    const { code, range } = await failureOf(makeIso(bench, parameters, of, changes));
    return `${code} ${range?.file ?? "-"}`;
  };
  expect(await broken({}, await bench.tree(system))).toBe("no-kernel ");
  const noKernel = (add: Add) => add(file("boot/vmlinuz-1.0"), { bytes: Buffer.alloc(4096) });
  expect(await broken({}, await bench.tree(noKernel, system))).toBe("kernel-file-refused ");
  expect(await broken({ cmdline: "a='b c'" })).toBe("iso-parameters cmdline");
  expect(await broken({ files: ["/etc/**"] })).toBe("iso-parameters files");
  expect(await broken({ el_torito: { from_tree: "/boot/x" }, cmdline: "" })).toBe("iso-parameters cmdline");
  expect(await broken({ el_torito: {} })).toBe("iso-parameters el_torito");
  expect(await broken({ el_torito: { from_tree: "/boot/x" } })).toBe("not-in-tree el_torito.from_tree");
  expect(await broken({ root: "squashfs", compress: "none" })).toBe("iso-parameters compress");
  expect(await broken({ firmware: ["bios"] }, tree, { arch: "aarch64" })).toBe("iso-firmware firmware.0");
  const { host } = both.context;
  for (const tool of ["xorriso", "grub-mkimage", "mformat"] as const) {
    const tools = openToolbox(host.env, { [tool]: `/nowhere/${tool}` });
    const cold = { host: { ...host, tools }, derived: bench.context(tree).derived };
    if (tool !== "xorriso") cold.derived = uncached;
    expect(await failureOf(makeIso(bench, {}, tree, cold))).toMatchObject({ code: "tool-missing" });
  }
});

async function uncached(key: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(await bench.context(tree).scratch(), "made");
  await make(path);
  if ((await stat(path)).size === 0) throw new Error(`${key} is empty.`);
  return path;
}
