import { expect, test } from "vitest";
import { mountPoint } from "../../../src/core/sandbox/vm/task/mountPoints.ts";
import { shellWord } from "../../../src/core/sandbox/vm/task/shellWord.ts";
import type { Entry } from "../../../src/core/tree/entry.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";

const base = { mode: 0o755, uid: 0, gid: 0, mtime: 0 };
const entries: Entry[] = [
  { type: "symlink", path: "away", target: "/var/nothing", ...base },
  { type: "file", path: "file", size: 0, offset: 512, ...base },
  { type: "symlink", path: "lock", target: "/var/run", ...base },
  { type: "directory", path: "var", ...base },
  { type: "directory", path: "var/run", ...base },
];
const tree = stackLayers([
  { digest: "0", bytes: 0, blob: "", index: { entries, whiteouts: [], opaque: [] } },
]);

test("links on the way to a mount are followed inside the tree", () => {
  expect(mountPoint(tree, "/lock", true)).toBe("var/run");
  expect(mountPoint(tree, "/lock/new/deep", true)).toBe("var/run/new/deep");
  expect(mountPoint(tree, "/srv//x", false)).toBe("srv/x");
  expect(mountPoint(tree, "/file", false)).toBe("file");
  expect(mountPoint(tree, "/", true)).toBe("");
});

test("what is in the way of a mount is named", () => {
  for (const [path, isFolder] of [
    ["/file", true],
    ["/file/x", true],
    ["/away", true],
    ["/var", false],
  ] as const) {
    expect(() => mountPoint(tree, path, isFolder), path).toThrow(
      expect.objectContaining({ code: "mount-in-the-way" }),
    );
  }
});

test("any text is one word for a shell", () => {
  expect(shellWord(`it's "$HOME" \\ \n`)).toBe(`'it'\\''s "$HOME" \\ \n'`);
});
