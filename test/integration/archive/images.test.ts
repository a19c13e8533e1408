import { execFileSync } from "node:child_process";
import { link, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench } from "../../unit/archive/runArchive.ts";
import { block, pax, tarOf } from "../../unit/tar/tarBytes.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
  await bench.put("given.tar", given);
  await mkdir(join(bench.folder, "tree/sub"), { recursive: true });
  await writeFile(join(bench.folder, "tree/f"), "content", { mode: 0o750 });
  await link(join(bench.folder, "tree/f"), join(bench.folder, "tree/sub/again"));
  await symlink("../f", join(bench.folder, "tree/sub/l"));
});
afterAll(() => bench.close());

const given = tarOf(
  block({ name: "d/", flag: "5", mode: 0o1777, uid: 3 }),
  pax([
    ["SCHILY.xattr.user.note", "kept"],
    ["SCHILY.xattr.security.capability", "\x01\x02"],
    ["uid", "70000"],
  ]),
  block({ name: "d/f", body: "content", mode: 0o4711, gid: 12, mtime: 1_234_567_890 }),
  block({ name: "d/h", flag: "1", link: "d/f" }),
  block({ name: "d/l", flag: "2", link: "/etc/shadow" }),
  block({ name: "null", flag: "3", mode: 0o666, major: 1, minor: 3 }),
  block({ name: "pipe", flag: "6", mode: 0o600 }),
);

function run(tool: string, args: readonly string[], input?: Buffer): void {
  execFileSync(tool, args, {
    cwd: bench.folder,
    stdio: [input ? "pipe" : "ignore", "ignore", "inherit"],
    input,
  });
}

async function entriesOf(file: string) {
  const ran = await bench.run(file);
  return { ...ran, at: (path: string) => ran.layer.index.entries.find(entry => entry.path === path) };
}

/** @param isDisc made by bsdtar, whose discs have neither attributes nor, from a tar, hard links */
async function expectAll(file: string, isDisc = false): Promise<void> {
  const { layer, content, at } = await entriesOf(file);
  const files = isDisc ? ["d/f"] : ["d/f", "d/h"];
  expect(layer.index.entries.map(entry => entry.path)).toEqual(["d", ...files, "d/l", "null", "pipe"]);
  expect(at("d")).toMatchObject({ type: "directory", mode: 0o1777, uid: 3 });
  const attributes = { "user.note": "a2VwdA==", "security.capability": "AQI=" };
  for (const path of files) {
    expect(at(path)).toMatchObject({ type: "file", mode: 0o4711, uid: 70_000, gid: 12, size: 7 });
    if (!isDisc) expect(at(path)?.xattrs).toEqual(attributes);
    expect(content(path).toString()).toBe("content");
  }
  const links = files.map(at).filter(each => each?.type === "file" && each.hardLink !== undefined);
  expect(links).toHaveLength(files.length - 1);
  expect(at("d/f")?.mtime).toBe(1_234_567_890);
  expect(at("d/l")).toMatchObject({ type: "symlink", target: "/etc/shadow" });
  expect(at("null")).toMatchObject({ type: "char", major: 1, minor: 3, mode: 0o666 });
  expect(at("pipe")).toMatchObject({ type: "fifo", mode: 0o600 });
}

describe("a squashfs", () => {
  it.each(["gzip", "xz", "zstd"])(
    "keeps owners, modes, devices, links and attributes (%s)",
    async compressor => {
      run("tar2sqfs", ["-q", "-f", "-c", compressor, "image.bin"], given);
      await expectAll("image.bin");
    },
  );

  it("is read inside another compression", async () => {
    run("tar2sqfs", ["-q", "-f", "packed.img"], given);
    run("zstd", ["-q", "-f", "packed.img"]);
    await expectAll("packed.img.zst");
    expect((await readdir(join(bench.folder, "layers"))).length).toBeGreaterThan(0);
  });

  it("is reported when it is cut short", async () => {
    run("tar2sqfs", ["-q", "-f", "whole.img"], given);
    const bytes = await readFile(join(bench.folder, "whole.img"));
    await bench.put("cut.img", bytes.subarray(0, 300));
    await expect(bench.run("cut.img")).rejects.toMatchObject({
      code: "archive-damaged",
      message: expect.stringContaining("sqfs2tar says"),
    });
  });

  it("names the program that is missing and its package", async () => {
    run("tar2sqfs", ["-q", "-f", "whole.img"], given);
    const bare = await openBench({ PATH: "/nowhere" });
    try {
      await bare.put("whole.img", await readFile(join(bench.folder, "whole.img")));
      // The folders for administrators are always looked into; the program is in none of them.
      await expect(bare.run("whole.img")).rejects.toMatchObject({
        code: "tool-missing",
        advice: expect.stringContaining("squashfs-tools-ng"),
      });
    } finally {
      await bare.close();
    }
  });
});

describe("an ISO 9660 image", () => {
  const make = (options: string, file = "disc.iso") =>
    run("bsdtar", ["--format=iso9660", "--options", options, "-cf", file, "@given.tar"]);

  it("keeps owners, modes, devices and links of Rock Ridge", async () => {
    make("iso9660:rockridge=strict");
    await expectAll("disc.iso", true);
  });

  it("is an ISO also when it can be booted as a disk", async () => {
    make("iso9660:rockridge=strict");
    const bytes = await readFile(join(bench.folder, "disc.iso"));
    bytes.set([0x33, 0xed, 0x90], 0);
    bytes.set([0x80, 0, 1, 0, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0], 446);
    bytes.set([0x55, 0xaa], 510);
    await bench.put("hybrid.iso", bytes);
    await expectAll("hybrid.iso", true);
  });

  it("gives files of a disc without modes the usual ones", async () => {
    run("bsdtar", [
      "--format=iso9660",
      "--options",
      "!rockridge",
      "-cf",
      "plain.iso",
      "-C",
      "tree",
      "f",
      "sub/again",
    ]);
    const { at, content } = await entriesOf("plain.iso");
    expect(at("sub")).toMatchObject({ mode: 0o755, uid: 0, gid: 0 });
    expect(at("f")).toMatchObject({ mode: 0o644, uid: 0, gid: 0 });
    expect(content("sub/again").toString()).toBe("content");
  });

  it("is reported when it is cut short", async () => {
    make("iso9660:rockridge=strict");
    const bytes = await readFile(join(bench.folder, "disc.iso"));
    await bench.put("cut.iso", bytes.subarray(0, 50_000));
    await expect(bench.run("cut.iso")).rejects.toMatchObject({ code: "archive-damaged" });
  });
});

describe("a zip", () => {
  it("keeps modes and links", async () => {
    execFileSync("zip", ["-qry", "../a.zip", "."], { cwd: join(bench.folder, "tree") });
    const { at, content } = await entriesOf("a.zip");
    expect(at("f")).toMatchObject({ type: "file", mode: 0o750 });
    expect(at("sub/l")).toMatchObject({ type: "symlink", target: "../f" });
    expect(content("sub/again").toString()).toBe("content");
  });

  it.each([
    ["a name that leads out", "../out"],
    ["a name that leads out from inside", "sub/../../out"],
  ])("with %s is refused", async (_, name) => {
    await bench.put("slip.zip", zipOf(name, "x"));
    await expect(bench.run("slip.zip")).rejects.toMatchObject({
      code: "archive-refused",
      message: expect.stringContaining(name),
    });
  });

  it("takes absolute names from the image's root", async () => {
    await bench.put("absolute.zip", zipOf("/etc/passwd", "x"));
    const { layer } = await bench.run("absolute.zip");
    expect(layer.index.entries.map(entry => entry.path)).toEqual(["etc/passwd"]);
  });

  it("that is locked by a password is refused instead of asking for it", async () => {
    execFileSync("zip", ["-q", "-P", "secret", "../locked.zip", "f"], { cwd: join(bench.folder, "tree") });
    await expect(bench.run("locked.zip")).rejects.toMatchObject({ code: "archive-damaged" });
  });
});

/** A zip with one stored entry, as hostile programs write it: the name is not looked at. */
function zipOf(name: string, body: string): Buffer {
  const bytes = Buffer.from(body);
  const path = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(0x8cdc1683, 10);
  common.writeUInt32LE(bytes.length, 14);
  common.writeUInt32LE(bytes.length, 18);
  common.writeUInt16LE(path.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, path, bytes]);
  const central = Buffer.concat([
    Buffer.from("PK\x01\x02"),
    Buffer.from([20, 3]),
    common,
    Buffer.alloc(14),
    path,
  ]);
  central.writeUInt32LE(0o100644 * 65_536, 38);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
