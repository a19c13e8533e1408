import { execFile } from "node:child_process";
import { chmod, link, mkdir, open, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { block, pax, tarOf } from "../../unit/tar/tarBytes.ts";

const run = promisify(execFile);
const capability = Buffer.from("0100000200200000000000000000000000000000", "hex");

/** A lower layer with everything a tar can hold, and an upper one that changes it by every kind of mark. */
export function sampleLayers(): { readonly base: Buffer; readonly upper: Buffer } {
  const folder = (name: string, mode = 0o755) => block({ name: `${name}/`, flag: "5", mode });
  const base = tarOf(
    folder("./"),
    folder("./bin"),
    block({ name: "./bin/su", mode: 0o4755, body: "su", uid: 0, gid: 0, mtime: 1000 }),
    block({ name: "bin/sg", flag: "1", link: "./bin/su" }),
    pax([["SCHILY.xattr.security.capability", capability]]),
    block({ name: "bin/ping", mode: 0o755, body: "ping" }),
    folder("etc"),
    block({ name: "etc/gone", body: "gone" }),
    block({ name: "etc/kept", body: "kept", uid: 1234, gid: 70_000 }),
    folder("var"),
    folder("var/cache", 0o1777),
    block({ name: "var/cache/a", body: "a" }),
    folder("var/cache/deep"),
    block({ name: "var/cache/deep/b", body: "b" }),
    block({ name: "lib", flag: "2", link: "usr/lib", mode: 0o777 }),
    folder("usr"),
    folder("usr/lib"),
    block({ name: "usr/lib/c", body: "c" }),
    folder("dev"),
    block({ name: "dev/null", flag: "3", major: 1, minor: 3, mode: 0o666 }),
    block({ name: "dev/fifo", flag: "6", mode: 0o600 }),
    pax([["path", `long/${"n".repeat(120)}/file`]]),
    block({ name: "short", body: "long name" }),
    folder("dir-to-file"),
    block({ name: "dir-to-file/inside", body: "x" }),
  );
  const upper = tarOf(
    folder("etc"),
    block({ name: "etc/.wh.gone" }),
    block({ name: "etc/new", body: "new" }),
    folder("var/cache", 0o755),
    block({ name: "var/cache/.wh..wh..opq" }),
    block({ name: "var/cache/fresh", body: "fresh" }),
    block({ name: "dir-to-file", body: "a file now" }),
    block({ name: "bin/su", mode: 0o755, body: "other" }),
  );
  return { base, upper };
}

/** A layer as GNU tar writes it: sparse, hard linked, with long names. */
export async function gnuLayer(folder: string): Promise<Buffer> {
  const root = join(folder, "gnu");
  await mkdir(join(root, "data"), { recursive: true });
  const sparse = await open(join(root, "data/sparse"), "w");
  await sparse.write("begin", 0);
  await sparse.write("end", 4 * 1024 * 1024);
  await sparse.close();
  await writeFile(join(root, "data/one"), "one");
  await chmod(join(root, "data/one"), 0o2755);
  await link(join(root, "data/one"), join(root, "data/two"));
  await symlink("../data/one", join(root, "data/link"));
  await writeFile(join(root, `data/${"x".repeat(150)}`), "long");
  const tar = join(folder, "gnu.tar");
  const owner = ["--owner=5", "--group=60", "--numeric-owner", "--mtime=@5", "--sort=name"];
  await run("tar", ["-C", root, "--sparse", ...owner, "-cf", tar, "data"]);
  return readFile(tar);
}
