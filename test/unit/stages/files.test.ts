import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Value } from "@sinclair/typebox/value";
import { describe, expect, it } from "vitest";
import { files } from "../../../src/core/stages/files.ts";
import { readTreeFile } from "../../../src/core/tree/readFile.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { tempFolder } from "../tree/layers.ts";
import { inputsOf, runStage } from "./stageRun.ts";

async function entriesOf(items: unknown, baseDir = tempFolder()) {
  return (await runStage(files, items, baseDir)).layer.index.entries;
}

describe("files", () => {
  it("makes text, bytes, links, devices and folders with the usual modes, root and the clock", async () => {
    const base = { uid: 0, gid: 0, mtime: 1000 };
    const entries = await entriesOf([
      { path: "/etc/text", content: "grün\n" },
      { path: "/etc/bytes", contentBase64: "AP8=\n" },
      { path: "/etc/link", link: "/run/x" },
      { path: "/dev/console", device: "c 5:1" },
      { path: "/dev/sda", device: "b 8:0", mode: "0660" },
      { path: "/srv/", directory: true },
    ]);
    expect(entries).toEqual([
      { ...base, path: "dev/console", type: "char", mode: 0o600, major: 5, minor: 1 },
      { ...base, path: "dev/sda", type: "block", mode: 0o660, major: 8, minor: 0 },
      expect.objectContaining({ ...base, path: "etc/bytes", type: "file", mode: 0o644, size: 2 }),
      { ...base, path: "etc/link", type: "symlink", mode: 0o777, target: "/run/x" },
      expect.objectContaining({ ...base, path: "etc/text", type: "file", mode: 0o644, size: 6 }),
      { ...base, path: "srv", type: "directory", mode: 0o755 },
    ]);
  });

  it("stores the very bytes", async () => {
    const run = await runStage(
      files,
      [
        { path: "/a", contentBase64: "AP/+" },
        { path: "/b", content: "é" },
      ],
      "/",
    );
    const [a, b] = stackLayers([run.layer]).entries;
    if (a?.type !== "file" || b?.type !== "file") throw new Error("two files expected");
    expect([...(await readTreeFile(a))]).toEqual([0, 255, 254]);
    expect((await readTreeFile(b)).toString()).toBe("é");
  });

  it("takes modes with setuid and owners that name no one here", async () => {
    const [entry] = await entriesOf([{ path: "/bin/su", content: "", mode: "4755", owner: "1234:70000" }]);
    expect(entry).toMatchObject({ mode: 0o4755, uid: 1234, gid: 70000 });
  });

  it("takes extended attributes as text, hexadecimal and base64", async () => {
    const xattrs = { "user.text": "hi", "user.hex": "0x00ff", "user.base64": "0saGk=" };
    const [entry] = await entriesOf([{ path: "/a", content: "", xattrs }]);
    expect(entry?.xattrs).toEqual({ "user.text": "aGk=", "user.hex": "AP8=", "user.base64": "aGk=" });
  });

  it("copies sources beside the recipe, through links, and keeps the executable bit and nothing else", async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, "plain"), "1");
    writeFileSync(join(folder, "tool"), "22");
    chmodSync(join(folder, "plain"), 0o600);
    chmodSync(join(folder, "tool"), 0o710);
    symlinkSync("tool", join(folder, "link"));
    const items = [
      { path: "/plain", source: "plain" },
      { path: "/tool", source: "./link" },
      { path: "/told", source: "tool", mode: "0400" },
    ];
    expect((await entriesOf(items, folder)).map(entry => entry.mode)).toEqual([0o644, 0o400, 0o755]);
    expect(inputsOf(files, items, folder)).toEqual([
      { path: join(folder, "plain"), at: [0, "source"] },
      { path: join(folder, "link"), at: [1, "source"] },
      { path: join(folder, "tool"), at: [2, "source"] },
    ]);
  });
});

describe("files places what is wrong on the exact value:", () => {
  const good = { path: "/good", content: "" };

  it.each([
    ["a mode that is none", { path: "/a", content: "", mode: "9999" }, "bad-mode", [1, "mode"]],
    ["a mode without enough digits", { path: "/a", content: "", mode: "7" }, "bad-mode", [1, "mode"]],
    ["a link's mode", { path: "/a", link: "b", mode: "0644" }, "bad-mode", [1, "mode"]],
    ["an owner by name", { path: "/a", content: "", owner: "root" }, "bad-owner", [1, "owner"]],
    [
      "an owner beyond 32 bits",
      { path: "/a", content: "", owner: "4294967296:0" },
      "bad-owner",
      [1, "owner"],
    ],
    ["a device without numbers", { path: "/a", device: "c" }, "bad-device", [1, "device"]],
    ["a device number that is too large", { path: "/a", device: "c 4096:0" }, "bad-device", [1, "device"]],
    ["content that is not base64", { path: "/a", contentBase64: "a" }, "bad-content", [1, "contentBase64"]],
    [
      "an attribute",
      { path: "/a", content: "", xattrs: { "user.a": "0xf" } },
      "bad-xattr",
      [1, "xattrs", "user.a"],
    ],
    ["a path that leaves the image", { path: "/../a", content: "" }, "bad-path", [1, "path"]],
    ["a path twice", { path: "/good/", content: "" }, "duplicate-path", [1, "path"]],
    ["a path under a file of the list", { path: "/good/a", content: "" }, "bad-path", [1, "path"]],
    ["nothing said", { path: "/a" }, "no-content", [1]],
    ["two things said", { path: "/a", content: "", link: "b" }, "two-contents", [1, "link"]],
  ])("%s", async (_, item, code, at) => {
    await expect(entriesOf([good, item])).rejects.toMatchObject({ code, parameter: at });
    expect(() => inputsOf(files, [good, item], "/")).toThrow(
      expect.objectContaining({ code, parameter: at }),
    );
  });

  it("a source that is missing, or a folder", async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, "dir"));
    for (const [source, code] of [
      ["none", "source-missing"],
      ["dir", "source-is-folder"],
    ]) {
      const run = entriesOf([good, { path: "/a", source }], folder);
      await expect(run).rejects.toMatchObject({ code, parameter: [1, "source"] });
    }
  });
});

describe("the schema of files", () => {
  it.each([
    [[{ path: "/a", content: "", mode: "0644", owner: "0:0" }], true],
    [[{ path: "a", content: "" }], false],
    [[{ path: "/a", content: "", mode: 420 }], false],
    [[{ path: "/a", content: "", owner: "root" }], false],
    [[{ path: "/a", content: "", colour: "red" }], false],
    [[], false],
  ])("%j: %s", (value, valid) => expect(Value.Check(files.parameters, value)).toBe(valid));
});
