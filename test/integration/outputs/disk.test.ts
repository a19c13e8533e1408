import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeImage } from "../../../src/core/outputs/disk/ext4/debugfs.ts";
import { readListing } from "../../../src/core/outputs/disk/ext4/inodeNumbers.ts";
import { makeFileSystem } from "../../../src/core/outputs/disk/ext4/mke2fs.ts";
import { disk } from "../../../src/core/outputs/disk.ts";
import {
  type Add,
  type Bench,
  failureOf,
  makeOutput,
  openBench,
  owned,
  sha256Of,
  signal,
} from "./outputBench.ts";

const run = promisify(execFile);
let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const uuid = "00000000-0000-4000-8000-000000000001";
const file = (path: string, mode = 0o644) => ({ type: "file", path, mode, ...owned }) as const;
const strange = "name with 'quotes' \"two\"\nlines é";
const capability = Buffer.from("0100000200040000000000000000000000000000", "hex").toString("base64");
// Version 2, then the owner's rights, user 1000's, the group's, the mask's and all others'.
const accessList = Buffer.from(
  `02000000${"01000600ffffffff"}${"02000600e8030000"}${"04000400ffffffff"}${"10000600ffffffff"}${"20000400ffffffff"}`,
  "hex",
).toString("base64");
const oddNames = ["<12>", 'a "b"', "-R", "tab\tx", "#x", "back\\slash", "*", "é", "n".repeat(255)];

async function everything(add: Add): Promise<void> {
  await add(
    { ...file("bin/tool", 0o4755), uid: 70_000, gid: 2_000_000_000 },
    { bytes: Buffer.from("tool\n") },
  );
  await add(file("bin/other"), { hardLink: "bin/tool" });
  await add({ type: "symlink", path: "bin/short", mode: 0o777, target: "x".repeat(59), ...owned });
  await add({ type: "symlink", path: "bin/long", mode: 0o777, target: "y".repeat(60), ...owned });
  await add({ type: "char", path: "dev/console", mode: 0o600, major: 5, minor: 1, ...owned });
  await add({ type: "block", path: "dev/far", mode: 0o660, major: 259, minor: 70_000, ...owned });
  await add({ type: "fifo", path: "run/pipe", mode: 0o600, ...owned });
  for (const name of oddNames) {
    await add({ type: "char", path: `dev/odd\n/${name}`, mode: 0o600, major: 4, minor: 64, ...owned });
  }
  await add({ type: "directory", path: "tmp", mode: 0o1777, ...owned });
  await add(file(strange), { bytes: Buffer.alloc(100_001, 7) });
  const few = { "user.note": Buffer.from("hi").toString("base64"), "security.capability": capability };
  await add({ ...file("bin/ping", 0o755), xattrs: few }, { bytes: Buffer.alloc(10_000, 1) });
  const many = { ...few, "user.long": Buffer.alloc(2000, "long").toString("base64"), "user.none": "" };
  await add({ ...file("etc/noted"), xattrs: many }, { bytes: Buffer.from("noted") });
  await add({ ...file("etc/future"), mtime: 5_000_000_000 });
  await add({ ...file("etc/past"), mtime: -100 });
  await add({ ...file("etc/eve"), mtime: -1 });
  await add({ ...file("etc/shared"), xattrs: { "system.posix_acl_access": accessList } });
  const runs = Array.from({ length: 2000 }, (_, index): [number, number] => [index * 200_000 + 512, 700]);
  const stream = (async function* () {
    for (const [at] of runs) yield Buffer.alloc(700, at % 251);
  })();
  await add(file("var/sparse"), { size: 500_000_000, runs, stream });
}

async function checked(image: string): Promise<string> {
  const { stdout } = await run("/usr/sbin/e2fsck", ["-fn", image]);
  // It takes a file that is too short, or a problem that it is not allowed to fix, for no reason to fail.
  expect(stdout).not.toMatch(/\? no$/m);
  return stdout;
}

async function debugfs(image: string, request: string): Promise<string> {
  const { stdout } = await run("/usr/sbin/debugfs", ["-R", request, image]);
  return stdout;
}

describe("a disk", () => {
  let image: string;
  beforeAll(async () => {
    const context = bench.context(await bench.tree(everything));
    ({
      image: { path: image },
    } = await makeOutput(disk, { label: "system" }, context));
  });

  it("is a clean ext4", async () => {
    expect(await checked(image)).toMatch(/^system: \d+\/\d+ files/m);
  });

  it("takes space on the host only for its content", async () => {
    const { size, blocks } = await stat(image);
    expect(size).toBeGreaterThan(16 * 2 ** 20);
    expect(blocks * 512).toBeLessThan(10 * 2 ** 20);
  });

  it("keeps owners beyond 16 bits, setuid and hard links", async () => {
    const tool = await debugfs(image, "stat bin/tool");
    expect(tool).toMatch(/Type: regular +Mode: +04755/);
    expect(tool).toMatch(/User: +70000 +Group: +2000000000 .*Size: 5$/m);
    expect(tool).toMatch(/Links: 2/);
    expect(await debugfs(image, "stat bin/other")).toBe(tool);
  });

  it("keeps nodes, fifos, links and directories", async () => {
    expect(await debugfs(image, "stat dev/console")).toMatch(
      /character special.*Mode: +0600[\s\S]*\b0?5:0?1\b/,
    );
    expect(await debugfs(image, "stat dev/far")).toMatch(/block special.*Mode: +0660[\s\S]*259:70000/);
    expect(await debugfs(image, "stat run/pipe")).toMatch(/Type: FIFO/);
    expect(await debugfs(image, "stat bin/short")).toContain(`Fast link dest: "${"x".repeat(59)}"`);
    expect(await debugfs(image, "stat bin/long")).toMatch(/Type: symlink[\s\S]*Size: 60/);
    expect(await debugfs(image, "cat bin/long")).toBe("y".repeat(60));
    expect(await debugfs(image, "stat tmp")).toMatch(/directory +Mode: +01777/);
    expect(await debugfs(image, "stat lost+found")).toMatch(/directory +Mode: +0700/);
  });

  it("keeps times before 1970 and after 2038, and sets all others to the clock", async () => {
    expect(await debugfs(image, "stat bin/tool")).toMatch(/mtime: 0x6553f100:00000000/);
    expect(await debugfs(image, "stat bin/tool")).toMatch(
      /[^r]ctime: 0x00000000:00000000[\s\S]*crtime: 0x00000000/,
    );
    expect(await debugfs(image, "stat etc/past")).toMatch(/mtime: 0xffffff9c:00000000/);
    expect(await debugfs(image, "stat etc/eve")).toMatch(/mtime: 0xffffffff:00000000/);
    expect(await debugfs(image, "stat etc/future")).toMatch(/mtime: 0x2a05f200:00000001/);
  });

  it("keeps extended attributes, in the inode and beside it", async () => {
    const few = await debugfs(image, "ea_list bin/ping");
    expect(few).toMatch(/user.note \(2\) = "hi"/);
    expect(few).toMatch(/security.capability \(20\) = 01 00 00 02 00 04/);
    const many = await debugfs(image, "ea_list etc/noted");
    expect(many).toMatch(/user.note \(2\) = "hi"/);
    expect(many).toMatch(/user.long \(2000\)/);
    expect(many).toMatch(/user.none \(0\)/);
    // As ext4 has it: version 1, and an id only where there is a certain user.
    expect(await debugfs(image, "stat etc/shared")).toContain(
      "posix_acl_access (28) = 01 00 00 00 01 00 06 00 02 00 06 00 e8 03 00 00 04 00 04 00 10 00 06 00 20 00 04 00",
    );
  });

  it("keeps any name, content and hole", async () => {
    const inode = /^ *(\d+) .* 100001 .*name with/m.exec(await debugfs(image, "ls -l /"))?.[1];
    const out = join(bench.folder, "dumped");
    await debugfs(image, `dump <${inode}> ${out}`);
    expect(await readFile(out)).toEqual(Buffer.alloc(100_001, 7));
    await debugfs(image, `dump var/sparse ${out}`);
    const dumped = await readFile(out);
    expect(dumped.length).toBe(500_000_000);
    for (const index of [0, 1, 999, 1999]) {
      const at = index * 200_000 + 512;
      expect(dumped.subarray(at - 1, at + 701)).toEqual(
        Buffer.concat([Buffer.from([0]), Buffer.alloc(700, at % 251), Buffer.from([0])]),
      );
    }
    expect(Number(/Blockcount: (\d+)/.exec(await debugfs(image, "stat var/sparse"))?.[1])).toBeLessThan(
      20_000,
    );
    const rootNames = await run("/usr/sbin/debugfs", ["-R", "ls -p /", image]);
    expect(rootNames.stdout).toContain("name with 'quotes'");
  });

  it("gives devices any name", async () => {
    const [, inode] = /^\/(\d+)\/[^/]*\/0\/0\/odd$/m.exec(await debugfs(image, "ls -p dev")) ?? [];
    const listed = [...readListing(await debugfs(image, `ls -p <${inode}>`))];
    expect(listed.filter(({ mode }) => mode === 0o020600).map(({ name }) => name)).toEqual(
      expect.arrayContaining(oddNames),
    );
  });

  it("does not depend on the order in which the host's folders list their names", async () => {
    const images: string[] = [];
    const names = Array.from({ length: 40 }, (_, index) => `file ${index}`);
    for (const order of [names, names.toReversed()]) {
      const folder = await mkdtemp(join(bench.folder, "order-"));
      await mkdir(join(folder, "tree"));
      for (const name of order) {
        await writeFile(join(folder, "tree", name), name);
        await utimes(join(folder, "tree", name), 1, 1);
      }
      const identity = { uuid: uuid, hashSeed: uuid, label: "", clock: 0 };
      const { host } = bench.context(await bench.tree());
      const path = join(folder, "image");
      const work = { host, signal, folder, identity };
      await makeFileSystem(work, path, { blocks: 500, inodes: 100, journal: false }, join(folder, "tree"));
      images.push(await debugfs(path, "ls -p /"));
    }
    expect(images[0]).toContain("/file 39/");
    expect(images[1]).toBe(images[0]);
  });

  it("leaves as much free as asked for, and little more, even where files are but zeros", async () => {
    const tree = await bench.tree(async add => {
      await add(file("zeros"), { bytes: Buffer.alloc(20_000_000) });
      for (let index = 0; index < 500; index++) {
        await add(file(`d/${index}`), { bytes: Buffer.alloc(5000, 1) });
      }
    });
    for (const [free, bytes] of [
      ["4M", 4 * 2 ** 20],
      ["300M", 300 * 2 ** 20],
    ] as const) {
      const { image: made } = await makeOutput(disk, { free }, bench.context(tree));
      const blocks = /^Free blocks: +(\d+)$/m.exec(await debugfs(made.path, "show_super_stats -h"))?.[1];
      expect(Number(blocks) * 4096).toBeGreaterThanOrEqual(bytes);
      expect(Number(blocks) * 4096 - bytes).toBeLessThan(2 ** 20 + bytes / 200);
    }
  });

  it("notices each request that debugfs does not do, though it succeeds", async () => {
    const { host } = bench.context(await bench.tree());
    const identity = { uuid: "", hashSeed: "", label: "", clock: 0 };
    const work = { host, signal, folder: bench.folder, identity };
    const bad = [
      "sif <12> mode none",
      "mknod",
      "ea_set <12>",
      "nonsense",
      "ea_set -f missing <12> user.x",
      "cd <999>",
    ];
    for (const request of bad) {
      expect((await failureOf(changeImage(work, image, [request]))).code).toBe("tool-failed");
    }
  });

  it("leaves nothing of its own behind but the files it made", async () => {
    const scratch = await mkdtemp(join(bench.folder, "left-"));
    const context = bench.context(await bench.tree(everything), {
      scratch: () => mkdtemp(join(scratch, "x-")),
    });
    await makeOutput(disk, {}, context);
    const left = await readdir(scratch, { recursive: true });
    expect(left.filter(name => name.includes("/"))).toEqual([expect.stringMatching(/\/disk\.raw$/)]);
  });

  it("ends at once when it is aborted, whatever it is doing", async () => {
    const tree = await bench.tree(everything);
    const began = performance.now();
    await makeOutput(disk, {}, bench.context(tree));
    const whole = performance.now() - began;
    let aborted = 0;
    for (const ms of [0, 0.1, 0.2, 0.3, 0.4, 0.5].map(part => part * whole)) {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), ms);
      const made = makeOutput(disk, {}, bench.context(tree, { signal: abort.signal }));
      const end = await made.then(
        () => "made",
        (error: Error) => error.name,
      );
      clearTimeout(timer);
      // On a computer that just became faster, a later one may be made before its turn to be aborted.
      if (abort.signal.aborted) {
        aborted += 1;
        expect(end).toBe("AbortError");
      }
    }
    expect(aborted).toBeGreaterThanOrEqual(3);
  });

  it("has the same bytes from another folder and as another user", async () => {
    const folder = await mkdtemp(join(tmpdir(), "whittle-other-"));
    await chmod(folder, 0o777);
    const script = join(folder, "make.mts");
    const here = import.meta.dirname;
    await writeFile(
      script,
      `import { openBench, makeOutput, sha256Of } from ${JSON.stringify(join(here, "outputBench.ts"))};
import { disk } from ${JSON.stringify(join(here, "../../../src/core/outputs/disk.ts"))};
const bench = await openBench();
try {
  const tree = await bench.tree(async add => {
    for (let index = 0; index < 50; index++) {
      const entry = { type: "file", path: \`etc/\${index}\`, mode: 0o644, uid: index, gid: 5, mtime: 9 };
      await add(entry, { bytes: Buffer.alloc(index * 300, index) });
    }
  });
  const { image } = await makeOutput(disk, {}, bench.context(tree));
  console.log(await sha256Of(image.path));
} finally {
  await bench.close();
}
`,
    );
    const node = [process.execPath, "--experimental-strip-types", "--no-warnings", script];
    const other =
      process.getuid?.() === 0
        ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        : ["fakeroot"];
    const [mine, theirs] = await Promise.all([
      run(node[0] ?? "", node.slice(1)),
      run(other[0] ?? "", [...other.slice(1), ...node], { env: { ...process.env, HOME: folder } }),
    ]);
    expect(mine.stdout).toMatch(/^[0-9a-f]{64}$/m);
    expect(theirs.stdout).toBe(mine.stdout);
    await rm(folder, { recursive: true });
  });

  it("says the smallest size that would do, and that one does", async () => {
    const tree = await bench.tree(everything);
    const failure = await failureOf(makeOutput(disk, { size: "1M" }, bench.context(tree)));
    expect(failure.code).toBe("disk-too-small");
    expect(failure.range?.file).toBe("size");
    const smallest = /smallest that would do is (\d+)K/.exec(failure.message)?.[1];
    const { image: fits } = await makeOutput(disk, { size: `${smallest}K` }, bench.context(tree));
    expect(await checked(fits.path)).toMatch(/files/);
    const less = await failureOf(makeOutput(disk, { size: `${Number(smallest) - 4}K` }, bench.context(tree)));
    expect(less.code).toBe("disk-too-small");
  });

  it.each(["64M", "200M", "5G"])("is clean with a size of %s", async size => {
    const { image: sized } = await makeOutput(disk, { size }, bench.context(await bench.tree(everything)));
    expect(await checked(sized.path)).toMatch(/files/);
    const groups = 128 * 2 ** 20;
    const asked = { "64M": 64, "200M": 200, "5G": 5120 }[size] ?? 0;
    const { size: bytes } = await stat(sized.path);
    expect(asked * 2 ** 20 - bytes).toBeLessThan(groups / 8);
  });

  it("holds 100,000 entries, cleanly", async () => {
    const tree = await bench.tree(async add => {
      for (let index = 0; index < 100_000; index++) {
        await add(file(`d${index % 50}/file ${index}`), { bytes: Buffer.alloc(index % 40, 1) });
      }
    });
    const { image: large } = await makeOutput(disk, { free: "1M" }, bench.context(tree));
    expect(await checked(large.path)).toMatch(/files/);
  });

  it("has no journal when that is asked for, and is then smaller", async () => {
    const context = bench.context(await bench.tree(everything));
    const { image: without } = await makeOutput(disk, { journal: false }, context);
    expect(await checked(without.path)).toMatch(/files/);
    expect((await stat(image)).size - (await stat(without.path)).size).toBeGreaterThanOrEqual(4 * 2 ** 20);
  });

  it.each([true, false])(
    "becomes a qcow2 with the same content (compress: %s), the same each time",
    async compress => {
      const tree = await bench.tree(everything);
      const given = { format: "qcow2", compress };
      const first = await makeOutput(disk, given, bench.context(tree));
      const second = await makeOutput(disk, given, bench.context(tree));
      expect(await sha256Of(second.image.path)).toBe(await sha256Of(first.image.path));
      const raw = await makeOutput(disk, {}, bench.context(tree));
      const { stdout } = await run("qemu-img", [
        "compare",
        "-f",
        "qcow2",
        "-F",
        "raw",
        first.image.path,
        raw.image.path,
      ]);
      expect(stdout).toContain("identical");
    },
  );

  it("refuses parameters that would do nothing", async () => {
    const context = bench.context(await bench.tree());
    expect((await failureOf(makeOutput(disk, { compress: true }, context))).range?.file).toBe("compress");
    expect((await failureOf(makeOutput(disk, { size: "64M", free: "1M" }, context))).range?.file).toBe(
      "free",
    );
  });
});
