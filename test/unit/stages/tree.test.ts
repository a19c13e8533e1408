import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tree } from "../../../src/core/stages/tree.ts";
import { tempFolder } from "../tree/layers.ts";
import { inputsOf, runStage } from "./stageRun.ts";

function overlay(): string {
  const folder = tempFolder();
  mkdirSync(join(folder, "overlay/etc/deep"), { recursive: true });
  chmodSync(join(folder, "overlay/etc"), 0o711);
  writeFileSync(join(folder, "overlay/etc/a"), "12345");
  chmodSync(join(folder, "overlay/etc/a"), 0o6751);
  utimesSync(join(folder, "overlay/etc/a"), 5, 5);
  writeFileSync(join(folder, "overlay/etc/.hidden.swp"), "");
  linkSync(join(folder, "overlay/etc/a"), join(folder, "overlay/etc/deep/b"));
  symlinkSync("/nowhere/../x", join(folder, "overlay/link"));
  return folder;
}

const pathsOf = async (parameters: unknown, folder: string) =>
  (await runStage(tree, parameters, folder)).layer.index.entries.map(entry => entry.path);

describe("tree", () => {
  it("copies a folder as it is: modes, links, further names; root's, at the clock", async () => {
    const folder = overlay();
    const { layer, warnings } = await runStage(tree, "overlay", folder);
    const base = { uid: 0, gid: 0, mtime: 1000 };
    const content = { ...base, type: "file", mode: 0o6751, size: 5 };
    expect(warnings).toEqual([]);
    expect(layer.index.entries).toEqual([
      { ...base, type: "directory", path: "etc", mode: 0o711 },
      expect.objectContaining({ path: "etc/.hidden.swp", size: 0 }),
      expect.objectContaining({ ...content, path: "etc/a" }),
      expect.objectContaining({ path: "etc/deep", type: "directory" }),
      expect.objectContaining({ ...content, path: "etc/deep/b", hardLink: "etc/a" }),
      { ...base, type: "symlink", path: "link", mode: 0o777, target: "/nowhere/../x" },
    ]);
  });

  it("gives the same layer wherever and whenever the folder was made", async () => {
    const [first, second] = [
      await runStage(tree, "overlay", overlay()),
      await runStage(tree, "overlay", overlay()),
    ];
    expect(first.layer.digest).toBe(second.layer.digest);
  });

  it("puts it under a target, for an owner, without what is ignored", async () => {
    const folder = overlay();
    const ignore = ["**/*.swp", "etc/deep/", "/link"];
    const { layer } = await runStage(
      tree,
      { source: "overlay", target: "/opt/app/", owner: "7:8", ignore },
      folder,
    );
    expect(layer.index.entries.map(entry => entry.path)).toEqual(["opt/app", "opt/app/etc", "opt/app/etc/a"]);
    for (const entry of layer.index.entries) expect(entry).toMatchObject({ uid: 7, gid: 8 });
  });

  it("ignores dotfiles only where the pattern says so", async () => {
    const folder = overlay();
    expect(await pathsOf({ source: "overlay", ignore: [".hidden.swp"] }, folder)).toContain(
      "etc/.hidden.swp",
    );
    expect(await pathsOf({ source: "overlay", ignore: ["etc"] }, folder)).toEqual(["link"]);
  });

  it("names the folder as its input", () => {
    expect(inputsOf(tree, "overlay", "/base")).toEqual([{ path: "/base/overlay", at: [] }]);
    expect(inputsOf(tree, { source: "../x" }, "/base")).toEqual([{ path: "/x", at: ["source"] }]);
  });

  it("leaves out a socket with a warning, keeps a named pipe", async () => {
    const folder = overlay();
    const server = createServer().listen(join(folder, "overlay/socket"));
    await new Promise(resolve => server.once("listening", resolve));
    execFileSync("mkfifo", [join(folder, "overlay/pipe")]);
    const { layer, warnings } = await runStage(tree, "overlay", folder);
    server.close();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("overlay/socket");
    expect(layer.index.entries.find(entry => entry.path === "pipe")?.type).toBe("fifo");
    expect(layer.index.entries.find(entry => entry.path === "socket")).toBeUndefined();
  });

  it("refuses a name that is not UTF-8", async () => {
    const folder = overlay();
    writeFileSync(Buffer.concat([Buffer.from(join(folder, "overlay/")), Buffer.from([0xe4])]), "");
    await expect(runStage(tree, "overlay", folder)).rejects.toMatchObject({
      code: "bad-path",
      parameter: [],
    });
  });

  it("stops when it is cancelled", async () => {
    await expect(runStage(tree, "overlay", overlay(), [], AbortSignal.abort())).rejects.toThrow("abort");
  });

  it.each([
    ["a missing folder", { source: "none" }, "source-missing", ["source"]],
    ["a file", { source: "overlay/etc/a" }, "source-is-file", ["source"]],
    ["an owner by name", { source: "overlay", owner: "root:root" }, "bad-owner", ["owner"]],
    ["a target outside", { source: "overlay", target: "/../x" }, "bad-path", ["target"]],
  ])("places %s on the exact value", async (_, parameters, code, at) => {
    await expect(runStage(tree, parameters, overlay())).rejects.toMatchObject({ code, parameter: at });
  });
});
