import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { copySparse } from "../../../src/core/build/copySparse.ts";
import { canonicalJson } from "../../../src/core/build/digest.ts";
import { explainDiskFull } from "../../../src/core/build/diskFull.ts";
import { lastBuildPath, readRecord } from "../../../src/core/build/lastBuild.ts";
import { stableUuid } from "../../../src/core/build/outputWork.ts";
import { Failure } from "../../../src/core/failure.ts";
import { makeWorkplace, never, type Workplace } from "../../fixtures/build/workplace.ts";

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

test("a copy has the same bytes, and zeros take no space in it", async () => {
  const [from, to] = [join(place.root, "from"), join(place.root, "to")];
  const bytes = Buffer.alloc(5_000_001);
  bytes.write("middle", 2_500_000);
  writeFileSync(from, bytes);
  await copySparse(from, to, never);
  expect(readFileSync(to).equals(bytes)).toBe(true);
  expect(statSync(to).blocks * 512).toBeLessThan(200_000);
});

test("canonical JSON does not depend on the order of keys", () => {
  expect(canonicalJson({ b: [1, { d: null, c: "x" }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
  expect(canonicalJson({ é: 1, z: 2, a: 3 })).toBe('{"a":3,"z":2,"é":1}');
});

test("no space left is recognised in our own errors, in their causes and in what tools say", () => {
  const own = Object.assign(new Error("ENOSPC: write"), { code: "ENOSPC" });
  const tool = new Failure("tool-failed", "mke2fs ended with exit code 1: No space left on device");
  for (const error of [own, new Error("wrapped", { cause: own }), tool]) {
    expect(explainDiskFull(error, [place.root])).toMatchObject({ code: "disk-full" });
  }
  const other = new Failure("tool-failed", "mke2fs ended with exit code 1.");
  expect(explainDiskFull(other, [place.root])).toBe(other);
});

test("a uuid is one, and depends on nothing but its words", () => {
  expect(stableUuid(["a", "b"])).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(stableUuid(["a", "b"])).toBe(stableUuid(["a", "b"]));
  expect(stableUuid(["ab"])).not.toBe(stableUuid(["a", "b"]));
});

test("a record that names files outside the folder of images is not believed", async () => {
  await place.build([]);
  const path = lastBuildPath(place.out);
  expect(readRecord(place.out).made).toHaveLength(7);
  writeFileSync(path, readFileSync(path, "utf8").replaceAll("fixture-dump.txt", "../../precious"));
  expect(readRecord(place.out)).toEqual({ outputs: {}, made: [] });
  for (const damaged of ["", "null", "[]", '{"format":1}', '{"format":1,"made":[],"outputs":{"a":{}}}']) {
    writeFileSync(path, damaged);
    expect(readRecord(place.out)).toEqual({ outputs: {}, made: [] });
  }
});
