import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SizesReport } from "../../../src/shared/report.ts";
import { makeWorkplace, type OwnersWorkplace, ownersOf } from "./workplace.ts";

let place: OwnersWorkplace;

/** Small packages, installed by pacman itself: one depends on nothing but others, one is upgraded, one removed. */
beforeAll(async () => {
  place = await makeWorkplace();
  const { folder, root } = place;
  for (const path of ["root/var/lib/pacman", "none", "cache"])
    mkdirSync(join(folder, path), { recursive: true });
  const options = "SigLevel = Never\nLocalFileSigLevel = Never\nArchitecture = x86_64\n";
  writeFileSync(join(folder, "pacman.conf"), `[options]\n${options}`);
  const hello = ["usr/bin/hello", "usr/share/licenses/hello/LICENSE"];
  pacman(
    "-U",
    makePackage("hello", "1.0-1", [...hello, "usr/share/old"]),
    makePackage("gone", "1-1", ["usr/gone"]),
  );
  pacman("-U", makePackage("hello", "1.1-1", hello), makePackage("base", "3-1", [], ["hello"]));
  pacman("-R", "gone");
  writeFileSync(join(root, "usr/share/made-by-a-hook"), "x");
});

afterAll(() => place.remove());

function pacman(...args: string[]): string {
  const { folder, root } = place;
  const places = [
    ...["--root", root, "--dbpath", join(root, "var/lib/pacman"), "--config", join(folder, "pacman.conf")],
    ...[
      "--cachedir",
      join(folder, "cache"),
      "--hookdir",
      join(folder, "none"),
      "--gpgdir",
      join(folder, "none"),
    ],
    ...["--logfile", join(folder, "pacman.log")],
  ];
  return place.asRoot("pacman", "--noconfirm", ...places, ...args);
}

function makePackage(
  name: string,
  version: string,
  files: readonly string[],
  depends: readonly string[] = [],
): string {
  const made = join(place.folder, `${name}-${version}`);
  const facts = { pkgname: name, pkgver: version, pkgdesc: name, size: "10", arch: "x86_64", license: "MIT" };
  const lines = [...Object.entries(facts), ...depends.map(each => ["depend", each])];
  const contents = [[".PKGINFO", lines.map(([key, value]) => `${key} = ${value}\n`).join("")]] as [
    string,
    string,
  ][];
  for (const [path, text] of [...contents, ...files.map(path => [path, `${path} of ${name}`] as const)]) {
    mkdirSync(join(made, dirname(path)), { recursive: true });
    writeFileSync(join(made, path), text);
  }
  const file = `${made}-x86_64.pkg.tar.zst`;
  const roots = files.length === 0 ? [] : ["usr"];
  place.run("tar", "--zstd", "--owner=0", "--group=0", "-cf", file, "-C", made, ".PKGINFO", ...roots);
  return file;
}

const sizes = (recipe: string) => place.result("sizes", recipe) as SizesReport;
const installed = (report: SizesReport): string[] =>
  report.packages.map(each => `${each.name} ${each.version} ${each.type}`).sort();

it("owns what pacman lists, and knows which packages are installed", () => {
  const report = sizes(place.recipe("whole"));
  expect(installed(report)).toEqual(["base 3-1 alpm", "hello 1.1-1 alpm"]);
  const truth = pacman("-Qlq", "hello")
    .split("\n")
    .map(path => path.slice(place.root.length))
    .filter(path => path !== "" && !path.endsWith("/"));
  expect(truth).toHaveLength(2);
  const owned = report.entries.filter(each => each.package === "hello" && each.type === "file");
  expect(owned.map(each => each.path).sort()).toEqual(truth.sort());
  expect(ownersOf(report).get("/usr/share/made-by-a-hook")).toBeUndefined();
});

it("still knows after a stage removed the database", () => {
  const report = sizes(place.recipe("cut", "remove: [/var/lib/pacman]"));
  expect(installed(report)).toEqual(["hello 1.1-1 alpm"]);
  expect(ownersOf(report).get("/usr/bin/hello")).toBe("hello");
});
