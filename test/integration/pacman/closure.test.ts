import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHost } from "../../../src/core/host/openHost.ts";
import { closureOf } from "../../../src/core/pacman/closure.ts";
import { compareVersions } from "../../../src/core/pacman/compareVersions.ts";
import { readDatabase } from "../../../src/core/pacman/database.ts";
import { type RandomPackage, randomNumbers, randomRepositories } from "./randomRepositories.ts";

const run = promisify(execFile);
const signal = new AbortController().signal;
const host = openHost({});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "whittle-closure-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("compareVersions", () => {
  it("agrees with pacman's vercmp", async () => {
    const random = randomNumbers(7);
    const pieces = ["0", "1", "01", "10", "2", "a", "rc", "b1", ".", "..", "+", "_", ":", "-"];
    const version = () => Array.from({ length: 1 + random(6) }, () => pieces[random(pieces.length)]).join("");
    const pairs = Array.from({ length: 400 }, () => [version(), version()] as const).filter(
      each => !each.join(" ").startsWith("-") && !each[1].startsWith("-"),
    );
    const script = 'while read -r a b; do vercmp "$a" "$b"; done';
    const asked = run("sh", ["-c", script]);
    asked.child.stdin?.end(pairs.map(each => `${each.join(" ")}\n`).join(""));
    const answers = (await asked).stdout.trim().split("\n").map(Number);
    const ours = pairs.map(each => compareVersions(...each));
    expect(pairs.map((pair, at) => [...pair, ours[at]])).toEqual(
      pairs.map((pair, at) => [...pair, answers[at]]),
    );
  });
});

/** In 486 two packages of the same name, from two repositories, are wanted. */
const seeds = [...Array.from({ length: 40 }, (_, at) => at + 1), 486];

describe("closureOf", () => {
  it("takes what pacman takes, from many made-up repositories", async () => {
    let agreed = 0;
    let refused = 0;
    for (const seed of seeds) {
      const { repositories, wanted } = randomRepositories(seed);
      await writeDatabases(repositories);
      const theirs = await askPacman([...repositories.keys()], wanted);
      const ours = await askUs([...repositories.keys()], wanted);
      expect(ours, `seed ${seed}: ${wanted.join(" ")}`).toEqual(theirs);
      if (theirs) agreed++;
      else refused++;
    }
    expect(agreed).toBeGreaterThan(10);
    expect(refused).toBeGreaterThan(5);
  });
});

async function writeDatabases(repositories: ReadonlyMap<string, readonly RandomPackage[]>): Promise<void> {
  await rm(join(folder, "sync"), { recursive: true, force: true });
  await mkdir(join(folder, "sync"), { recursive: true });
  for (const [name, packages] of repositories) {
    const tree = await mkdtemp(join(folder, "tree-"));
    const names: string[] = [];
    for (const each of packages) {
      const entry = join(tree, `${each.name}-${each.version}`);
      names.push(`${each.name}-${each.version}`);
      await mkdir(entry);
      await writeFile(join(entry, "desc"), describePackage(each));
    }
    await run("bsdtar", ["-czf", join(folder, "sync", `${name}.db`), "-C", tree, ...names]);
  }
}

function describePackage(each: RandomPackage): string {
  const field = (key: string, values: readonly string[]) =>
    values.length ? `%${key}%\n${values.join("\n")}\n\n` : "";
  return [
    field("FILENAME", [`${each.name}-${each.version}-any.pkg.tar.zst`]),
    field("NAME", [each.name]),
    field("VERSION", [each.version]),
    field("CSIZE", ["10"]),
    field("SHA256SUM", ["0".repeat(64)]),
    field("ARCH", ["any"]),
    field("GROUPS", each.groups),
    field("DEPENDS", each.depends),
    field("PROVIDES", each.provides),
    field("CONFLICTS", each.conflicts),
  ].join("");
}

/**
 * `name-version` of all that would be installed, sorted; undefined when it cannot be done. `--print` would be easier to
 * ask, but looks at no conflicts. The question comes before anything is fetched, and fetching then fails.
 */
async function askPacman(
  repositories: readonly string[],
  wanted: readonly string[],
): Promise<string[] | undefined> {
  const config = join(folder, "pacman.conf");
  const sections = repositories.map(name => `[${name}]\nServer = file://${folder}\n`).join("");
  await writeFile(config, `[options]\nArchitecture = auto\nSigLevel = Never\n${sections}`);
  const args = ["--map-root-user", "pacman", "--config", config, "--dbpath", folder, "--root", folder];
  args.push("--cachedir", folder, "--logfile", "/dev/null", "--noconfirm", "-S", ...wanted);
  const env = { ...process.env, COLUMNS: "100000", LC_ALL: "C.UTF-8" };
  const asked = run("unshare", args, { env });
  const { stdout } = await asked.catch((error: { stdout: string }) => error);
  const line = /^Packages \(\d+\) (.*)$/m.exec(stdout)?.[1];
  return line?.split(/\s+/).filter(Boolean).sort();
}

async function askUs(
  repositories: readonly string[],
  wanted: readonly string[],
): Promise<string[] | undefined> {
  const databases = [];
  for (const name of repositories)
    databases.push(await readDatabase(join(folder, "sync", `${name}.db`), name, host, signal));
  try {
    return closureOf(wanted, databases)
      .map(({ package: each }) => `${each.name}-${each.version}`)
      .sort();
  } catch {
    return undefined;
  }
}
