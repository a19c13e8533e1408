import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashInput } from "../../../src/core/build/hashInputs.ts";
import { makeWorkplace, never, type Workplace } from "../../fixtures/build/workplace.ts";

let place: Workplace;
let file: string;
beforeEach(() => {
  place = makeWorkplace();
  file = join(place.recipes, "big");
});
afterEach(() => place.remove());

const hash = (path = file): Promise<string> => hashInput(path, place.host.cacheDir, never);
const memos = (): string[] => {
  const folder = join(place.host.cacheDir, "hashes");
  return readdirSync(folder).map(name => readFileSync(join(folder, name), "utf8"));
};

test("an unchanged large file is not read again", async () => {
  const fd = openSync(file, "w");
  writeSync(fd, "end", 300 * 1024 * 1024);
  closeSync(fd);
  await sleep(120);
  const first = await hash();
  const began = performance.now();
  expect(await hash()).toBe(first);
  expect(performance.now() - began).toBeLessThan(20);
});

test("a file that was written just now is never remembered, so that a change within the same tick is seen", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 20; round++) {
    writeFileSync(file, String(round).padEnd(100_000, "."));
    seen.add(await hash());
  }
  expect(seen.size).toBe(20);
});

test("a file whose time stamp was put back is read again", async () => {
  writeFileSync(file, "1".padEnd(100_000));
  utimesSync(file, 1000, 1000);
  await sleep(120);
  const first = await hash();
  expect(memos()).toHaveLength(1);
  writeFileSync(file, "2".padEnd(100_000));
  utimesSync(file, 1000, 1000);
  expect(await hash()).not.toBe(first);
});

test("a damaged memory is ignored", async () => {
  writeFileSync(file, "1".padEnd(100_000));
  await sleep(120);
  const first = await hash();
  const folder = join(place.host.cacheDir, "hashes");
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{"format":1,"files"');
  expect(await hash()).toBe(first);
});

test("a link to an input stands for what it points to; links inside a folder do not", async () => {
  const folder = join(place.recipes, "folder");
  mkdirSync(folder);
  writeFileSync(join(folder, "file"), "1");
  symlinkSync("file", join(folder, "link"));
  symlinkSync("nowhere", join(folder, "broken"));
  symlinkSync("folder", join(place.recipes, "alias"));
  expect(await hash(join(place.recipes, "alias"))).toBe(await hash(folder));
});
