import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FixtureItem } from "../../fixtures/build/recipe.ts";
import { images, leftovers, makeWorkplace, type Workplace } from "../../fixtures/build/workplace.ts";

const script = fileURLToPath(new URL("../../fixtures/build/buildProcess.ts", import.meta.url));

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

const small: FixtureItem = ["text", { path: "small", content: "small" }];
const large: FixtureItem = ["slow", { path: "large", ms: 50, mebibytes: 8 }];

// A mount namespace of its own: what is mounted inside goes with the shell. Some systems forbid that to users; the
// limit on file sizes works everywhere.
const namespace = process.getuid?.() === 0 ? ["-m"] : ["-Urm"];
const mountTest = test.skipIf(spawnSync("unshare", [...namespace, "true"]).status !== 0);

/** Runs a shell script in which $BUILD is a build. */
function shell(lines: string, stages: readonly FixtureItem[], outputs: readonly FixtureItem[]) {
  const words = [process.execPath, script, place.root, JSON.stringify(stages), JSON.stringify(outputs)];
  const build = words.map(word => `'${word}'`).join(" ");
  const command = ["sh", "-euc", lines.replaceAll("$BUILD", build)];
  const [file = "", ...args] = lines.includes("mount ") ? ["unshare", ...namespace, ...command] : command;
  const { stdout, stderr } = spawnSync(file, args, { encoding: "utf8" });
  const said = stdout.split("\n");
  const last: unknown = JSON.parse(said.find(line => /"type":"(failure|built|error)"/.test(line)) ?? "null");
  return { last, said, stderr };
}

mountTest("a full cache file system is named, with the way out, and the build leaves nothing on it", () => {
  const cache = join(place.root, "cache");
  const { last, said, stderr } = shell(
    `mkdir -p ${cache} && mount -t tmpfs -o size=4m none ${cache} && { $BUILD || true; } && find ${cache} -type f`,
    [small, large],
    [["dump", {}]],
  );
  expect(last, stderr).toMatchObject({
    code: "disk-full",
    message: expect.stringContaining(`The file system at ${cache} (`),
    advice: expect.stringContaining("whittle cache prune"),
  });
  expect(said.filter(line => line.startsWith(join(cache, "tmp")))).toEqual([]);
  expect(said.filter(line => line.startsWith(join(cache, "locks")))).toEqual([]);
});

mountTest(
  "a full file system of the images is told apart from that of the cache; no half image stays",
  () => {
    const out = join(place.recipes, "out");
    const { last, said, stderr } = shell(
      `mkdir -p ${out} && mount -t tmpfs -o size=2m none ${out} && { $BUILD || true; } && find ${out}`,
      [small],
      [["dump", { mebibytes: 6 }]],
    );
    expect(last, stderr).toMatchObject({
      code: "disk-full",
      message: expect.stringContaining(`The file system at ${out} (`),
    });
    expect(said.filter(line => line.startsWith(out))).toEqual([out]);
  },
);

mountTest("images reach another file system whole, and an unchanged build knows them there", () => {
  const out = join(place.recipes, "out");
  const { said, stderr } = shell(
    `mkdir -p ${out} && mount -t tmpfs -o size=20m none ${out} && $BUILD && wc -c < ${out}/fixture/fixture-dump.txt && $BUILD`,
    [small],
    [["dump", { mebibytes: 6 }]],
  );
  expect(
    said.filter(line => line.includes('"type":"built"')),
    stderr,
  ).toHaveLength(2);
  expect(said).toContain(String(6 * 1024 * 1024 + "small 5\n".length));
  const finished = said.filter(line => line.includes('"type":"output-finished"'));
  expect(finished.map(line => line.includes('"cached":true'))).toEqual([false, true]);
});

test("a limit on file sizes is reported the same way, and lifting it lets the build go on", async () => {
  // ulimit counts in blocks of 512 bytes.
  const { last } = shell("ulimit -f 2048; $BUILD", [small, large], [["dump", {}]]);
  expect(last).toMatchObject({ code: "disk-full", message: expect.stringContaining("so large a file") });
  expect(leftovers(place)).toEqual([]);
  expect(existsSync(place.out)).toBe(false);
  await place.build([small, large]);
  expect(images(place)["fixture-dump.txt"]).toContain("small 5");
  expect(readdirSync(place.out)).toContain("fixture-dump.txt");
});
