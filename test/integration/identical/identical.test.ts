import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHost } from "../../../src/core/host/openHost.ts";
import { outputKinds } from "../../../src/core/outputs/index.ts";
import type { BuildReport } from "../../../src/shared/report.ts";
import { bundleCommandLine } from "../cli/bundle.ts";
import { sharedCache } from "../outputs/outputBench.ts";
import { kindsBuilt, makeKey, outputNames, writeRecipe } from "./everyOutput.ts";
import { putSmallKernel } from "./smallKernel.ts";
import { build, giveAway, other, type Surroundings, takePackages, usual } from "./surroundings.ts";

const run = promisify(execFile);
let folder: string;
let bundle: Awaited<ReturnType<typeof bundleCommandLine>>;
let here: Surroundings;
let there: Surroundings;
const recipes = { here: "", there: "" };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "whittle-identical-"));
  await chmod(folder, 0o755);
  bundle = await bundleCommandLine();
  await chmod(dirname(bundle.cli), 0o755);
  here = usual(join(folder, "here"));
  there = await other(join(folder, "a place elsewhere", "deeper"));
  const parts = join(folder, "parts");
  await putSmallKernel(openHost({ cacheDir: sharedCache }), join(parts, "kernel"));
  await makeKey(parts);
  recipes.here = await writeRecipe(join(here.folder, "recipe"), parts, false);
  recipes.there = await writeRecipe(join(there.folder, "recipe"), parts, true);
  await takePackages(sharedCache, join(here.folder, "cache"));
});
afterAll(async () => {
  await bundle.remove();
  await rm(folder, { recursive: true, force: true });
});

/** What each file is, and its digest. */
function digestsOf({ outputs }: BuildReport): Record<string, string> {
  return Object.fromEntries(outputs.map(({ name, kind, sha256 }) => [`${name}: ${kind}`, sha256]));
}

/** The names of those that differ. */
function differing(a: Record<string, string>, b: Record<string, string>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(name => a[name] !== b[name]);
}

let first: Record<string, string>;

it("each output has the same bytes in another folder, for another user, on one core, at any time", async () => {
  const mine = await build(bundle.cli, recipes.here, here);
  first = digestsOf(mine);
  await takePackages(join(here.folder, "cache"), join(there.folder, "cache"));
  await giveAway(there.folder);
  const theirs = await build(bundle.cli, recipes.there, there, { env: { SOURCE_DATE_EPOCH: "0" } });
  expect(differing(first, digestsOf(theirs))).toEqual([]);
  expect(new Set(mine.outputs.map(({ name }) => name))).toEqual(new Set(outputNames));
  expect(theirs.manifest?.sha256).toBe(mine.manifest?.sha256);
}, 1_500_000);

it("no kind of output is left out of the comparison", () => {
  expect([...kindsBuilt].sort()).toEqual(outputKinds.map(({ kind }) => kind).sort());
});

it("each file has a checksum that holds, from the folder it lies in", async () => {
  const out = join(dirname(recipes.here), "out/every");
  const sums = (await readdir(out)).filter(name => name.endsWith(".sha256"));
  const files = (await readdir(out)).filter(name => !name.startsWith(".") && name !== "manifest.json");
  expect(sums.length * 2).toBe(files.length);
  const { stdout } = await run("sha256sum", ["--strict", "-c", ...sums], { cwd: out });
  expect(stdout.match(/: OK$/gm)?.length).toBe(sums.length);
});

it("SOURCE_DATE_EPOCH sets the clock of all that is made, and that alone", async () => {
  const names = [
    "tar",
    "plain",
    "vhdx",
    "grub-both",
    "syslinux-mbr",
    "hybrid",
    "live-hybrid",
    "efi-signed",
    "squash-zstd",
    "erofs",
    "oci-zstd",
  ];
  const args = names.flatMap(name => ["--output", name]);
  const env = { SOURCE_DATE_EPOCH: "1700000001" };
  const mine = await build(bundle.cli, recipes.here, here, { args, env });
  const theirs = await build(bundle.cli, recipes.there, there, { args, env });
  expect(differing(digestsOf(mine), digestsOf(theirs))).toEqual([]);
  const changed = mine.outputs.filter(({ name, kind, sha256 }) => first[`${name}: ${kind}`] !== sha256);
  expect(new Set(changed.map(({ name }) => name))).toEqual(new Set(names));
  const tar = mine.outputs.find(({ kind }) => kind === "tar")?.path ?? "";
  const { stdout } = await run("tar", ["--utc", "--full-time", "-tvf", tar, "etc/fstab"]);
  expect(stdout).toContain("2023-11-14 22:13:21");
  const signed = mine.outputs.find(({ name }) => name === "efi-signed")?.path ?? "";
  expect((await readFile(signed)).includes("231114221321Z")).toBe(true);
  const key = join(dirname(recipes.here), "db.crt");
  expect((await run("sbverify", ["--cert", key, signed])).stdout).toContain("Signature verification OK");
}, 1_500_000);
