import { describe, expect, test } from "vitest";
import { Failure } from "../../../src/core/failure.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { openToolbox } from "../../../src/core/host/toolbox.ts";
import { readCaptureHead } from "../../../src/core/sandbox/capture/captureHead.ts";
import { linkGroups } from "../../../src/core/sandbox/capture/linkGroups.ts";
import { removedPaths } from "../../../src/core/sandbox/capture/removedPaths.ts";
import { sameBytes } from "../../../src/core/sandbox/capture/sameBytes.ts";
import { chooseSandbox } from "../../../src/core/sandbox/chooseSandbox.ts";
import { findPlaces } from "../../../src/core/sandbox/namespaces/places.ts";
import { openSandbox } from "../../../src/core/sandbox/openSandbox.ts";
import type { SandboxTask } from "../../../src/core/sandbox/sandbox.ts";
import { findSandboxUser } from "../../../src/core/sandbox/sandboxUser.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { file, filesLayer, layerOf, tempFolder, text } from "../tree/layers.ts";

const signal = new AbortController().signal;

function hostWith(env: Record<string, string>): Host {
  return { arch: "x86_64", cacheDir: tempFolder(), tools: openToolbox({ PATH: "/nowhere" }), env, jobs: 1 };
}

describe("choosing a sandbox", () => {
  test("without the programs for namespaces it is the VM, with the reason", async () => {
    const choice = await chooseSandbox(hostWith({}), signal);
    expect(choice).toMatchObject({ kind: "vm", obstacle: { code: "tool-missing" } });
    expect(choice.reason).toMatch(/^Namespaces do not work here\. \w+ is needed .* not installed\.$/);
  });

  test("a kind that is demanded and does not work is a failure that names the cure", async () => {
    const failure = await openSandbox(hostWith({ WHITTLE_SANDBOX: "namespaces" }), { signal }).catch(
      error => error,
    );
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      code: "tool-missing",
      advice: expect.stringContaining("apt-get install"),
    });
  });

  test("the variable wins over the setting, and has to be one of three words", async () => {
    const host = { ...hostWith({ WHITTLE_SANDBOX: "vm" }), sandbox: "namespaces" as const };
    expect(await chooseSandbox(host, signal)).toMatchObject({ kind: "vm", obstacle: undefined });
    await expect(chooseSandbox(hostWith({ WHITTLE_SANDBOX: "docker" }), signal)).rejects.toMatchObject({
      code: "sandbox-unknown",
      advice: expect.stringContaining("auto, namespaces, vm"),
    });
  });
});

async function treeOf(files: Record<string, string>): Promise<Tree> {
  return stackLayers([await filesLayer(files)]);
}

test("users and groups are the tree's own", async () => {
  const tree = await treeOf({
    "etc/passwd": "root:x:0:0::/root:/bin/sh\nann:x:1000:100::/home/ann:/bin/sh\n",
    "etc/group": "root:x:0:\nusers:x:100:\nwheel:x:10:bob,ann\naudio:x:29:ann\n",
  });
  const ann = { name: "ann", uid: 1000, gid: 100, groups: [10, 29], home: "/home/ann" };
  expect(await findSandboxUser({ tree })).toEqual({
    name: "root",
    uid: 0,
    gid: 0,
    groups: [],
    home: "/root",
  });
  expect(await findSandboxUser({ tree, user: "ann" })).toEqual(ann);
  expect(await findSandboxUser({ tree, user: "1000" })).toEqual(ann);
  expect(await findSandboxUser({ tree, user: "ann:audio" })).toEqual({ ...ann, gid: 29, groups: [] });
  expect(await findSandboxUser({ tree, user: "7:8" })).toMatchObject({
    name: "7",
    uid: 7,
    gid: 8,
    home: "/",
  });
  await expect(findSandboxUser({ tree, user: "eve" })).rejects.toMatchObject({
    advice: "It has: root, ann.",
  });
  await expect(findSandboxUser({ tree, user: "ann:none" })).rejects.toMatchObject({ code: "user-unknown" });
});

describe("places to mount at", () => {
  const task = (tree: Tree, more: Partial<SandboxTask> = {}): SandboxTask => ({
    ...{ system: "tree", tree, command: [], signal, clock: 0, scratch: async () => "" },
    ...more,
  });

  test("are made where the tree has none, but not in what is covered", async () => {
    const tree = await treeOf({ "var/spool/": "", tmp: "-> var/tmp", "var/tmp/": "", "etc/x": "" });
    const mounts = [
      { from: "/a", to: "/opt/deep/a", isFolder: true },
      { from: "/b", to: "/run/b", isFolder: false },
      { from: "/c", to: "/tmp/c", isFolder: false },
    ];
    const places = findPlaces(task(tree, { network: true }), mounts, "/target");
    expect(places.made).toEqual([
      ["folder", "dev"],
      ["folder", "proc"],
      ["folder", "sys"],
      ["folder", "run"],
      ["folder", "opt"],
      ["folder", "opt/deep"],
      ["folder", "opt/deep/a"],
      ["file", "etc/resolv.conf"],
    ]);
    expect(places.covers.map(cover => cover.path)).toContain("/target/var/tmp");
    expect(places.mounts.map(mount => mount.to)).toEqual([
      "/target/opt/deep/a",
      "/target/run/b",
      "/target/var/tmp/c",
    ]);
    expect(places.resolver).toBe("/target/etc/resolv.conf");
  });

  test("follow a list of name servers that is a link into /run", async () => {
    const tree = await treeOf({ "etc/resolv.conf": "-> ../run/systemd/resolve/stub-resolv.conf" });
    expect(findPlaces(task(tree, { network: true }), [], "").resolver).toBe(
      "/run/systemd/resolve/stub-resolv.conf",
    );
  });
});

async function* pieces(...given: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const each of given) yield Buffer.from(each);
}

async function rest(source: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe("what a capture begins with", () => {
  const head = "whittle-capture 1 1700000000.25\0d 2 11 etc\0f 1 12 etc/a\nb c\0f 2 13 x\0\0tar";

  test("is read however it is cut", async () => {
    for (const cut of [1, 20, 33, 40, head.length - 3, head.length - 1]) {
      const read = await readCaptureHead(pieces(head.slice(0, cut), head.slice(cut)));
      expect(read.began).toBe(1_700_000_000);
      expect([...read.present]).toEqual([
        ["etc", { type: "d", inode: undefined }],
        ["etc/a\nb c", { type: "f", inode: undefined }],
        ["x", { type: "f", inode: "13" }],
      ]);
      expect(await rest(read.rest)).toBe("tar");
    }
  });

  test("leaves out names that are no text", async () => {
    const odd = Buffer.concat([Buffer.from("whittle-capture 1 1\0f 1 2 "), Buffer.from([0xff, 0, 0])]);
    expect([...(await readCaptureHead(pieces(odd))).present]).toEqual([]);
  });

  test("is refused when it ends early or is something else", async () => {
    for (const wrong of ["", head.slice(0, -5), "d 2 11 etc\0\0", "whittle-capture 1 1\0nonsense\0\0"]) {
      await expect(readCaptureHead(pieces(wrong))).rejects.toMatchObject({ code: "capture-broken" });
    }
  });
});

test("one file's names stay together, and parted ones are told apart", async () => {
  const layer = await layerOf(async into => {
    await into.add(file("a"), text("same"));
    for (const path of ["b", "c"]) await into.add(file(path), { hardLink: "a" });
    await into.add(file("other"), text("other"));
  });
  const groupsNow = (inodes: Record<string, string | undefined>) =>
    linkGroups(
      new Map(Object.entries(inodes).map(([path, inode]) => [path, { type: "f", inode }])),
      stackLayers([layer]),
    );
  const all = groupsNow({ a: "1", b: "1", c: "1", other: undefined });
  expect(all.namesOf("b")).toEqual(["a", "b", "c"]);
  expect([all.unchanged(["a", "b", "c"]), all.unchanged(["other"])]).toEqual([true, true]);
  expect(groupsNow({ b: "1", c: "1" }).unchanged(["b", "c"])).toBe(true);
  const parted = groupsNow({ a: undefined, b: "2", c: "2" });
  expect([parted.unchanged(["a"]), parted.unchanged(["b", "c"])]).toEqual([true, false]);
  const joined = groupsNow({ a: "1", b: "1", c: "1", other: "1" });
  expect(joined.unchanged(joined.namesOf("a"))).toBe(false);
});

test("what is gone is named once, and devices go with their folder only", async () => {
  const layer = await layerOf(async into => {
    for (const path of ["gone/deep/x", "kept/x", "socket"]) await into.add(file(path), text("x"));
    for (const path of ["kept/null", "gone/null"]) {
      await into.add({ type: "char", path, mode: 0o666, uid: 0, gid: 0, mtime: 0, major: 1, minor: 3 });
    }
  });
  const present = new Map([
    ["kept", { type: "d", inode: undefined }],
    ["socket", { type: "s", inode: undefined }],
  ]);
  expect(removedPaths(stackLayers([layer]), present)).toEqual(["gone", "kept/x", "socket"]);
});

test("bytes are the same however they are cut", async () => {
  expect(await sameBytes(pieces("ab", "cde", "f"), pieces("a", "bcdef", ""))).toBe(true);
  expect(await sameBytes(pieces("abc"), pieces("abd"))).toBe(false);
  expect(await sameBytes(pieces("abc"), pieces("ab"))).toBe(false);
  expect(await sameBytes(pieces("ab"), pieces("abc"))).toBe(false);
});
