import { describe, expect, it } from "vitest";
import { readApplets } from "../../../src/core/stages/busybox/applets.ts";

const folders = ["", "bin", "sbin", "usr/bin", "usr/sbin"];

/** The tables of a BusyBox with these applets, `folder/name` each, among other bytes. */
function program(paths: readonly string[], installer = true): Buffer {
  const applets = paths
    .map(path => ({ name: path.replace(/.*\//, ""), folder: path.replace(/\/?[^/]*$/, "") }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = Buffer.from(`\0\0${applets.map(each => `${each.name}\0`).join("")}\0`, "latin1");
  const places = Buffer.alloc(Math.ceil(applets.length / 2));
  for (const [index, { folder }] of applets.entries()) {
    const at = index >> 1;
    places[at] = (places[at] ?? 0) | (folders.indexOf(folder) << (index % 2 ? 4 : 0));
  }
  const noise = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251));
  const list = Buffer.from("\0cat\0dog\0", "latin1");
  return Buffer.concat([noise, list, names, noise, installer ? places : noise, noise]);
}

const usual = [
  "bin/ash",
  "bin/cat",
  "bin/cp",
  "bin/ls",
  "bin/mount",
  "bin/mv",
  "bin/sh",
  "sbin/init",
  "sbin/mdev",
];
const more = [
  "usr/bin/awk",
  "usr/bin/wget",
  "usr/bin/[",
  "usr/sbin/chroot",
  "usr/sbin/httpd",
  "bin/busybox",
  "linuxrc",
];
const paths = [...usual, ...more].sort();

function pathsIn(bytes: Buffer): string[] {
  return readApplets(bytes)
    .map(({ folder, name }) => (folder === "" ? name : `${folder}/${name}`))
    .sort();
}

describe("readApplets", () => {
  it("reads names and folders from the program's tables", () => {
    expect(pathsIn(program(paths))).toEqual(paths);
  });

  it("believes the program's table where it differs from what is usual", () => {
    const moved = paths.map(path => (path === "usr/bin/wget" ? "bin/newapplet" : path)).sort();
    expect(pathsIn(program(moved))).toEqual(moved);
  });

  it("uses the usual folders for a program without an installer", () => {
    expect(pathsIn(program(paths, false))).toEqual(paths);
  });

  it("finds nothing in bytes without such a table", () => {
    expect(readApplets(Buffer.from("\0cat\0dog\0\0sh\0"))).toEqual([]);
    expect(readApplets(Buffer.alloc(0))).toEqual([]);
  });
});
