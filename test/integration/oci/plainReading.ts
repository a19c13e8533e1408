import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { readTreeFile } from "../../../src/core/tree/readFile.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";

const run = promisify(execFile);

/** Reads the layers as the OCI specification says, with Python's tarfile and a dictionary. */
const program = `
import sys, tarfile, hashlib, json, base64, posixpath
tree = {}
def norm(name): return posixpath.normpath('/' + name).strip('/')
def drop(path, itself=True):
    for each in [p for p in tree if (itself and p == path) or p.startswith(path + '/')]: del tree[each]
for name in sys.argv[1:]:
    tar = tarfile.open(name)
    members = tar.getmembers()
    for m in members:
        path = norm(m.name); folder, base = posixpath.split(path)
        if base == '.wh..wh..opq': drop(folder, False)
        elif base.startswith('.wh.'): drop(posixpath.join(folder, base[4:]))
    for m in members:
        path = norm(m.name)
        if path == '' or posixpath.basename(path).startswith('.wh.'): continue
        if m.islnk():
            tree[path] = dict(tree[norm(m.linkname)]); continue
        if not m.isdir() or tree.get(path, dict(type='directory'))['type'] != 'directory': drop(path)
        kind = 'directory' if m.isdir() else 'symlink' if m.issym() else 'char' if m.ischr() else 'fifo' if m.isfifo() else 'file'
        entry = dict(type=kind, mode=m.mode & 0o7777, uid=m.uid, gid=m.gid, mtime=int(m.mtime))
        if kind == 'symlink': entry['target'] = m.linkname
        if kind == 'char': entry['device'] = [m.devmajor, m.devminor]
        if kind == 'file': entry['sha256'] = hashlib.sha256(tar.extractfile(m).read()).hexdigest()
        x = {k[13:]: base64.b64encode(v.encode('utf-8', 'surrogateescape')).decode() for k, v in m.pax_headers.items() if k.startswith('SCHILY.xattr.')}
        if x: entry['xattrs'] = x
        tree[path] = entry
json.dump(tree, sys.stdout)
`;

export type Reading = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** @param tars paths of uncompressed layers, bottom first */
export async function plainReading(tars: readonly string[]): Promise<Reading> {
  const { stdout } = await run("python3", ["-c", program, ...tars], { maxBuffer: 1e8 });
  return JSON.parse(stdout) as Reading;
}

/** What our tree says, in the same form; folders that no layer names are left out. */
export async function readingOf(tree: Tree, named: (path: string) => boolean): Promise<Reading> {
  const reading: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const entry of tree.entries) {
    if (!named(entry.path)) continue;
    const { type, mode, uid, gid, mtime, xattrs } = entry;
    reading[entry.path] = {
      ...{ type, mode, uid, gid, mtime },
      ...(entry.type === "symlink" ? { target: entry.target } : {}),
      ...(entry.type === "char" ? { device: [entry.major, entry.minor] } : {}),
      ...(entry.type === "file"
        ? {
            sha256: createHash("sha256")
              .update(await readTreeFile(entry))
              .digest("hex"),
          }
        : {}),
      ...(xattrs ? { xattrs } : {}),
    };
  }
  return reading;
}
