import { describe, expect, it } from "vitest";
import { consoleToHost, consoleToWebview, plainBytes } from "../../../src/shared/protocol/console.ts";
import {
  type EntryColumns,
  isEntryColumns,
  noPackage,
  noStage,
  packEntries,
  unpackPaths,
} from "../../../src/shared/protocol/entryColumns.ts";
import { isSizesState, type SizesState } from "../../../src/shared/protocol/sizes.ts";
import type { SizeEntry } from "../../../src/shared/report.ts";

const entries: SizeEntry[] = [
  { path: "/bin", type: "directory", bytes: 0, stage: "busybox" },
  { path: "/bin/busybox", type: "file", bytes: 2_000_000, stage: "busybox", package: "busybox-static" },
  { path: "/bin/odd\nname", type: "symlink", bytes: 0, stage: "files" },
  { path: "/dev/null", type: "char", bytes: 0, stage: "nobody" },
];
const columns = packEntries(entries, ["busybox", "files"], ["libc6", "busybox-static"]);

describe("entry columns", () => {
  it("hold paths, bytes, types, stages and packages of every entry", () => {
    expect(unpackPaths(columns)).toEqual(entries.map(entry => entry.path));
    expect([...columns.bytes]).toEqual([0, 2_000_000, 0, 0]);
    expect([...columns.types]).toEqual([1, 0, 2, 3]);
    expect([...columns.stages]).toEqual([0, 0, 1, noStage]);
    expect([...columns.packages]).toEqual([noPackage, 1, noPackage, noPackage]);
  });

  it("survive the copy that a message makes", () => {
    expect(isEntryColumns(structuredClone(columns))).toBe(true);
  });

  it("may be empty", () => {
    const none = packEntries([], []);
    expect(isEntryColumns(none)).toBe(true);
    expect(unpackPaths(none)).toEqual([]);
  });

  it.each<[string, Partial<Record<keyof EntryColumns, unknown>>]>([
    ["of different lengths", { types: new Uint8Array(3) }],
    ["without the packages of all entries", { packages: new Uint16Array(3) }],
    ["with a path too many", { paths: `${columns.paths}\0/extra` }],
    ["with a size that is no number", { bytes: Float64Array.of(0, Number.NaN, 0, 0) }],
    ["with a negative size", { bytes: Float64Array.of(0, -1, 0, 0) }],
    ["with an unknown type", { types: Uint8Array.of(0, 0, 0, 99) }],
    ["that came as plain lists", { bytes: [0, 2_000_000, 0, 0] }],
  ])("%s are refused", (_, change) => {
    expect(isEntryColumns({ ...columns, ...change })).toBe(false);
  });
});

describe("the sizes state", () => {
  const state: SizesState = {
    recipe: "boots",
    phase: "ready",
    built: {
      builtAt: 0,
      totalBytes: 2_000_000,
      files: 1,
      stages: [
        {
          name: "busybox",
          kind: "busybox",
          addedBytes: 2_000_000,
          removedBytes: 0,
          seconds: 1,
          cached: false,
        },
      ],
      packages: [{ label: "libc6", version: "2.36-9", type: "deb", bytes: 9, files: 1 }],
      outputs: [{ name: "disk", kind: "disk", path: "/out/boots.qcow2", bytes: 9 }],
      entries: columns,
    },
  };

  it("is accepted in each phase, with and without a build", () => {
    expect(isSizesState(structuredClone(state))).toBe(true);
    expect(isSizesState({ recipe: "boots", phase: "not-built" })).toBe(true);
    expect(isSizesState({ ...state, phase: "failed", problem: { message: "No space left." } })).toBe(true);
  });

  it.each([
    ["an unknown phase", { ...state, phase: "done" }],
    [
      "a stage without bytes",
      { ...state, built: { ...state.built, stages: [{ name: "a", kind: "files" }] } },
    ],
    [
      "a package without bytes",
      { ...state, built: { ...state.built, packages: [{ label: "a", version: "1", type: "deb" }] } },
    ],
    ["a number for a reason", { ...state, stale: 1 }],
    ["no recipe", { phase: "loading" }],
  ])("is refused with %s", (_, malformed) => {
    expect(isSizesState(malformed)).toBe(false);
  });
});

describe("console messages", () => {
  it("carry bytes only as plain Uint8Array in a session", () => {
    expect(consoleToWebview.events.output({ session: 1, bytes: plainBytes(Buffer.from("hi")) })).toBe(true);
    expect(consoleToWebview.events.output({ session: 1, bytes: "hi" })).toBe(false);
    expect(consoleToWebview.events.output({ bytes: new Uint8Array(1) })).toBe(false);
  });

  it("know the actions on a machine and no others", () => {
    expect(consoleToHost.events.act({ machine: "m1", action: "reset" })).toBe(true);
    expect(consoleToHost.events.act({ machine: "m1", action: "format" })).toBe(false);
  });

  it("never carry the pool that a Node Buffer lies in", () => {
    const bytes = plainBytes(Buffer.from("hi"));
    expect(bytes.constructor).toBe(Uint8Array);
    expect(bytes.buffer.byteLength).toBe(2);
  });
});
