import { packageMembers } from "../../../debian/packageMembers.ts";
import type { Host } from "../../../host/host.ts";
import { unpack } from "../../../stages/archive/unpack.ts";
import type { FileContent, LayerWriter, NewEntry } from "../../../tree/layer.ts";
import type { TarMember } from "../../../tree/tarReadMember.ts";

const merged = /^(?:\.?\/)?(bin|sbin|lib|lib32|lib64|libx32)(?=\/|$)/;
const mergedNames = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];
// Nobody reads these inside, and they are half of what packages weigh.
const leftOut = /^(?:\.?\/)?usr\/(?:share\/(?:doc|info|man|locale|lintian|bug|menu)|games)(?:\/|$)/;
const certificate = /^(?:\.?\/)?usr\/share\/ca-certificates\/.*\.crt$/;
const folders = ["dev", "etc", "proc", "root", "run", "sys", "target", "tmp", "var", "var/lib", "var/tmp"];

// What the packages' own scripts would have set up; none of them is run.
const links: Readonly<Record<string, string>> = {
  "usr/bin/awk": "mawk",
  "usr/bin/sh": "dash",
  "usr/bin/which": "which.debianutils",
  "etc/mtab": "../proc/self/mounts",
};
const files: Readonly<Record<string, string>> = {
  "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
  "etc/group": "root:x:0:\nnogroup:x:65534:\n",
  "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
  "etc/resolv.conf": "",
};

/**
 * Puts Debian packages into a layer as if dpkg had unpacked them, with the few things that no program can do without.
 * @param debs absolute paths.
 * @throws Failure `package-damaged`.
 */
export async function addTools(
  host: Host,
  debs: readonly string[],
  layer: LayerWriter,
  signal: AbortSignal,
): Promise<void> {
  const owner = { uid: 0, gid: 0, mtime: 0 };
  const seen = new Set<string>();
  const noting: LayerWriter = {
    ...layer,
    add(entry: NewEntry, content?: FileContent) {
      seen.add(entry.path);
      return layer.add(entry, content);
    },
  };
  for (const path of folders) await noting.add({ type: "directory", path, mode: 0o755, ...owner });
  const certificates: Buffer[] = [];
  for (const deb of debs) {
    const members = chosen(packageMembers(host, deb, signal), certificates);
    await unpack(members, noting, { strip: 0, into: "" });
  }
  for (const path of mergedNames) {
    if (!seen.has(`usr/${path}`)) continue;
    await noting.add({ type: "symlink", path, mode: 0o777, target: `usr/${path}`, ...owner });
  }
  for (const [path, target] of Object.entries(links)) {
    if (seen.has(path) || (!target.includes("/") && !seen.has(`usr/bin/${target}`))) continue;
    await noting.add({ type: "symlink", path, mode: 0o777, target, ...owner });
  }
  const bundle =
    certificates.length > 0 ? { "etc/ssl/certs/ca-certificates.crt": Buffer.concat(certificates) } : {};
  for (const [path, content] of Object.entries({ ...files, ...bundle })) {
    await noting.add({ type: "file", path, mode: 0o644, ...owner }, { bytes: Buffer.from(content) });
  }
}

async function* chosen(members: AsyncIterable<TarMember>, certificates: Buffer[]): AsyncGenerator<TarMember> {
  for await (const member of members) {
    if (leftOut.test(member.name)) continue;
    if (certificate.test(member.name) && member.type === "file") {
      const content = await gather(member.content);
      certificates.push(content);
      yield { ...member, content: once(content) };
      continue;
    }
    const name = member.name.replace(merged, "usr/$1");
    // Newer packages bring the links of a merged /usr themselves.
    if (member.type === "symlink" && mergedNames.some(each => name === `usr/${each}`)) continue;
    const link = member.type === "hardlink" ? member.link.replace(merged, "usr/$1") : member.link;
    yield name === member.name && link === member.link ? member : { ...member, name, link };
  }
}

async function gather(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
