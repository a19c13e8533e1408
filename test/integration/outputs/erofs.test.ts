import { execFile } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { erofs } from "../../../src/core/outputs/erofs.ts";
import { sameAsOther } from "./asOther.ts";
import { type Bench, failureOf, makeOutput, openBench, sha256Of } from "./outputBench.ts";
import { everything, file, random } from "./readOnlyTree.ts";

const run = promisify(execFile);
let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

async function inode(image: string, path: string): Promise<string> {
  const { stdout } = await run("dump.erofs", [`--path=${path}`, image], {
    env: { ...process.env, TZ: "UTC" },
  });
  return stdout;
}

describe("an erofs", () => {
  it.each([{}, { compress: "lz4", clusterSize: "64K" }, { clusterSize: "4K" }, { compress: "none" }])(
    "keeps owners, modes, devices, links, times and contents (%j)",
    async given => {
      const context = bench.context(await bench.tree(everything));
      const { image } = await makeOutput(erofs, given, context);
      expect(image.fileName).toBe("boots-out.erofs");
      const out = join(await mkdtemp(join(bench.folder, "out-")), "tree");
      await run("fsck.erofs", [image.path]);
      // It shows neither setuid nor sticky bits; those are looked at when it boots.
      const tool = await inode(image.path, "/bin/tool");
      expect(tool).toMatch(/Size: 5 .*regular file\n.*Links: 2/);
      expect(tool).toMatch(/Uid: 70000 +Gid: 2000000000 +Access: 0755/);
      expect(tool).toContain("2023-11-14 22:13:20");
      expect(await inode(image.path, "/dev/console")).toMatch(/char dev[\s\S]*Access: 0600/);
      expect(await inode(image.path, "/etc/far")).toMatch(/block dev[\s\S]*Gid: 6 +Access: 0660/);
      expect(await inode(image.path, "/run/pipe")).toMatch(/(pipe|fifo)[\s\S]*Uid: 9 .*Access: 0622/i);
      expect(await inode(image.path, "/bin/link")).toMatch(/Size: 300 .*link[\s\S]*Uid: 3 /);
      expect(await inode(image.path, "/tmp")).toMatch(/directory[\s\S]*Access: 0777/);
      expect(await inode(image.path, "/srv")).toMatch(/directory[\s\S]*Gid: 33 +Access: 0750/);
      // Nodes can only be made by root, and not by every root; their bytes are looked at when it boots.
      await run("fsck.erofs", [`--extract=${out}`, "--no-preserve", image.path]).catch(() => undefined);
      expect(await readFile(join(out, "bin/ping"))).toEqual(Buffer.alloc(10_000, 1));
      expect(await readFile(join(out, "bin/random"))).toEqual(random(9_999));
      expect(await readFile(join(out, "etc/text"))).toEqual(Buffer.alloc(1_000_000, "some text, "));
      expect(await readFile(join(out, "srv/a file with a name 399"))).toEqual(random(399 * 7));
    },
  );

  it("has the same bytes from another folder and as another user", async () => {
    const { mine, theirs } = await sameAsOther("erofs");
    expect(mine).toMatch(/^[0-9a-f]{64}$/m);
    expect(theirs).toBe(mine);
  });

  it("leaves out nothing quietly", async () => {
    const tree = await bench.tree(add => add({ ...file("etc/odd"), xattrs: { "btrfs.note": "aGk=" } }));
    const failure = await failureOf(makeOutput(erofs, {}, bench.context(tree)));
    expect(failure.code).toBe("erofs-xattr");
    expect(failure.message).toContain("/etc/odd");
    expect(failure.range).toBeDefined();
  });

  it("ends at once when it is aborted", async () => {
    const abort = new AbortController();
    const made = makeOutput(erofs, {}, bench.context(await bench.tree(everything), { signal: abort.signal }));
    setTimeout(() => abort.abort(), 20);
    await expect(made).rejects.toThrow(/abort/i);
  });

  it("can be empty", async () => {
    const { image } = await makeOutput(erofs, {}, bench.context(await bench.tree()));
    await run("fsck.erofs", [image.path]);
    expect(await sha256Of(image.path)).toMatch(/^[0-9a-f]{64}$/);
  });
});
