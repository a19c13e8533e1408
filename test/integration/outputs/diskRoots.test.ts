import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { disk } from "../../../src/core/outputs/disk.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { sameAsOther } from "./asOther.ts";
import { blkid, checkBtrfs, partitionsOf, takeOut } from "./diskTable.ts";
import { type Bench, failureOf, makeOutput, openBench, owned, sha256Of } from "./outputBench.ts";
import { everything } from "./readOnlyTree.ts";

const run = promisify(execFile);
const MiB = 2 ** 20;
let bench: Bench;
let tree: Tree;
beforeAll(async () => {
  bench = await openBench();
  tree = await bench.tree(everything);
});
afterAll(() => bench.close());

const file = (path: string, mode = 0o644) => ({ type: "file", path, mode, ...owned }) as const;

async function make(given: object, from = tree): Promise<string> {
  const { image } = await makeOutput(disk, given, bench.context(from));
  return image.path;
}

describe("a btrfs root", () => {
  it("is clean, with its content's checksums, and as small as it can be with so much free", async () => {
    const path = await make({ filesystem: "btrfs", label: "system", free: "8M" });
    await checkBtrfs(path);
    expect(await blkid(path)).toMatchObject({ TYPE: "btrfs", LABEL: "system" });
    const { stdout } = await run("btrfs", ["inspect-internal", "dump-super", path]);
    const number = (name: string) => Number(new RegExp(`^${name}\\s+(\\d+)$`, "m").exec(stdout)?.[1]);
    const unused = number("total_bytes") - number("bytes_used");
    expect(unused).toBeGreaterThan(8 * MiB);
    expect(unused).toBeLessThan(13 * MiB);
  });

  it("is clean around the second superblock, with many names, holes and no content at all", async () => {
    const large = await bench.tree(async add => {
      for (let index = 0; index < 60; index++) {
        await add(file(`large/${index}`), { bytes: Buffer.alloc(1_300_001, index + 1) });
      }
      for (let index = 0; index < 3000; index++) {
        await add(file(`many/${index}`), { bytes: Buffer.alloc(index % 2500, index % 251) });
      }
      for (let index = 0; index < 500; index++) await add(file(`links/${index}`), { hardLink: "large/0" });
    });
    await checkBtrfs(await make({ filesystem: "btrfs", free: "1M" }, large));
    await checkBtrfs(await make({ filesystem: "btrfs", size: "3G" }, large));
    await checkBtrfs(await make({ filesystem: "btrfs" }, await bench.tree()));
  });

  it("says the smallest disk that would do, and that one does", async () => {
    const failure = await failureOf(make({ filesystem: "btrfs", size: "1M", partitions: "gpt" }));
    expect(failure).toMatchObject({ code: "disk-too-small", range: { file: "size" } });
    const least = /smallest that would do is (\S+?)\./.exec(failure.message)?.[1] ?? "";
    const path = await make({ filesystem: "btrfs", size: least, partitions: "gpt" });
    const [root] = await partitionsOf(path);
    if (!root) throw new Error("There is no root.");
    await checkBtrfs(await takeOut(path, root, await bench.context(tree).scratch()));
  });
});

describe.each(["squashfs", "erofs"])("a %s root", filesystem => {
  it("fills its partition, or the disk, and is smaller than an ext4", async () => {
    const path = await make({ filesystem, partitions: "gpt" });
    const [root] = await partitionsOf(path);
    if (!root) throw new Error("There is no root.");
    const out = await takeOut(path, root, await bench.context(tree).scratch());
    expect(await blkid(out)).toMatchObject({ TYPE: filesystem });
    if (filesystem === "erofs") await run("fsck.erofs", [out]);
    else await run("unsquashfs", ["-s", out]);
    const ext4 = await make({ free: "1M", journal: false });
    expect((await stat(await make({ filesystem }))).size).toBeLessThan((await stat(ext4)).size);
    expect((await stat(await make({ filesystem, size: "1G" }))).size).toBe(2 ** 30);
  });

  it("says the smallest disk that would do", async () => {
    const failure = await failureOf(make({ filesystem, size: "64K" }));
    expect(failure).toMatchObject({ code: "disk-too-small", range: { file: "size" } });
    const least = /smallest that would do is (\S+?)\./.exec(failure.message)?.[1] ?? "";
    await make({ filesystem, size: least });
  });
});

it.each(["btrfs", "squashfs", "erofs"])("%s is the same each time, and as another user", async filesystem => {
  const given = { filesystem, partitions: "gpt", swap: "4M", format: "qcow2", compress: true };
  const { mine, theirs } = await sameAsOther("disk", given);
  expect(mine).toMatch(/^[0-9a-f]{64}$/m);
  expect(theirs).toBe(mine);
});

it("writes the same ext4 into its place on a disk as into a file of its own", async () => {
  const size = "64M";
  const path = await make({ partitions: "mbr", size });
  const [root] = await partitionsOf(path);
  if (!root) throw new Error("There is no root.");
  const out = await takeOut(path, root, await bench.context(tree).scratch());
  const alone = await make({ size: "63M" });
  expect(await sha256Of(out)).toBe(await sha256Of(alone));
});

it.each([
  [{ filesystem: "squashfs", free: "1M" }, "disk-size", "free"],
  [{ filesystem: "erofs", label: "x" }, "disk-label", "label"],
  [{ filesystem: "btrfs", journal: true }, "disk-journal", "journal"],
] as const)("refuses %j", async (given, code, at) => {
  expect(await failureOf(make(given))).toMatchObject({ code, range: { file: at } });
});

it("refuses what btrfs cannot hold, naming it", async () => {
  const long = await bench.tree(add =>
    add({ type: "symlink", path: "far", mode: 0o777, target: `/${"x".repeat(4090)}`, ...owned }),
  );
  const failure = await failureOf(make({ filesystem: "btrfs" }, long));
  expect(failure).toMatchObject({ code: "disk-entry" });
  expect(failure.message).toContain("/far");
});
