import { globSync, lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SizesReport } from "../../../src/shared/report.ts";
import { makeWorkplace, type OwnersWorkplace, ownersOf, realPath } from "./workplace.ts";

const packages = ["busybox-static", "hostname"];
let place: OwnersWorkplace;
let versions: Record<string, string>;

/** Debian's own packages, unpacked by dpkg into a system whose /bin is a link. */
beforeAll(async () => {
  place = await makeWorkplace();
  const { root } = place;
  mkdirSync(join(root, "var/lib/dpkg/info"), { recursive: true });
  mkdirSync(join(root, "var/lib/dpkg/updates"));
  writeFileSync(join(root, "var/lib/dpkg/status"), "");
  for (const name of ["bin", "sbin", "lib"]) {
    mkdirSync(join(root, "usr", name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  place.run("apt-get", "download", "-q", ...packages);
  const files = globSync(join(place.folder, "*.deb"));
  const force = ["--force-depends", "--force-script-chrootless", "--log=/dev/null"];
  place.asRoot("dpkg", `--root=${root}`, ...force, "--unpack", ...files);
  const divert = [
    "--package",
    "busybox-static",
    "--divert",
    "/bin/hostname.debian",
    "--rename",
    "/bin/hostname",
  ];
  place.asRoot("dpkg-divert", "--root", root, ...divert);
  mkdirSync(join(root, "var/cache"), { recursive: true });
  writeFileSync(join(root, "var/cache/made-by-a-script"), "x".repeat(1000));
  const shown = dpkgQuery("--show").trim().split("\n");
  versions = Object.fromEntries(shown.map(line => line.split("\t")));
}, 120_000);

afterAll(() => place.remove());

const dpkgQuery = (...args: string[]): string =>
  place.run("dpkg-query", "--admindir", join(place.root, "var/lib/dpkg"), ...args);

const sizes = (recipe: string) => place.result("sizes", recipe) as SizesReport;

/** What dpkg itself says of every file and link: path in the image to package. */
function listed(): Map<string, string> {
  const owners = packages.flatMap(name =>
    dpkgQuery("-L", name)
      .split("\n")
      .filter(path => path.startsWith("/") && path !== "/.")
      .map(path => (path === "/bin/hostname" ? "/bin/hostname.debian" : path))
      .filter(path => !statSync(join(place.root, path), { throwIfNoEntry: false })?.isDirectory())
      .map(path => [realPath(place.root, path), name] as const),
  );
  return new Map(owners);
}

it("owns every file that dpkg lists, at the place where it lies, and nothing else", () => {
  const owners = ownersOf(sizes(place.recipe("whole")));
  const truth = listed();
  expect(truth.size).toBeGreaterThan(20);
  expect(truth.get("/usr/bin/hostname.debian")).toBe("hostname");
  const files = sizes("whole.whittle.yaml").entries.filter(entry => entry.type !== "directory");
  for (const { path } of files) expect([path, owners.get(path)]).toEqual([path, truth.get(path)]);
});

it("still knows when stages removed the database and much else; what is gone is not listed", () => {
  const recipe = place.recipe("cut", "remove: [/var/lib/dpkg]", "remove: [/usr/share, /usr/bin/*name*]");
  const report = sizes(recipe);
  expect(report.packages.map(each => [each.name, each.version])).toEqual([
    ["busybox-static", versions["busybox-static"]],
  ]);
  expect(ownersOf(report).get("/usr/bin/busybox")).toBe("busybox-static");
  const [busybox] = report.packages;
  expect(busybox?.bytes).toBe(lstatSync(join(place.root, "usr/bin/busybox")).size);
});

it("prints the packages with their versions, and what belongs to none by stage", () => {
  place.recipe("whole");
  const lines = place.whittle("sizes", "whole.whittle.yaml", "--by", "package").trim().split("\n");
  expect(lines[0]).toMatch(/^ *SIZE +SHARE +FILES +PACKAGE +VERSION$/);
  expect(lines[1]).toMatch(/ MiB +9\d\.\d % +\d+ +busybox-static +\d/);
  expect(lines[1]).toContain(versions["busybox-static"]);
  expect(lines.some(line => line.endsWith("no package, stage archive"))).toBe(true);
  expect(lines.at(-1)).toMatch(/\d+ +2 packages$/);
});
