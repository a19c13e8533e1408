import { readFile } from "node:fs/promises";
import { vendorOf } from "../../debian/sources/suiteSources.ts";
import type { DebianSystem } from "../../debian/system/systemPackage.ts";
import type { FileContent, LayerWriter, NewEntry } from "../../tree/layer.ts";
import { deviceEntries } from "./deviceEntries.ts";
import { repositoryName } from "./mmdebstrapCall.ts";

/** A layer that takes what mmdebstrap made, and is finished with what only the recipe knows. */
export interface ImageLayer {
  readonly writer: LayerWriter;
  /** dpkg's list of packages; undefined where dpkg installed nothing. */
  status(): string | undefined;
  finish(): Promise<void>;
}

// Of the host, of this build, or gone stale with it.
const left = [
  /^etc\/(?:hostname|resolv\.conf)$/,
  /^etc\/apt\/apt\.conf\.d\/99mmdebstrap$/,
  /^etc\/apt\/sources\.list$/,
];
const log = /^var\/log\//;
const partial = /^var\/(?:cache\/apt\/archives|lib\/apt\/lists)\/partial$/;

/**
 * @param layer takes the entries.
 * @param clock seconds since 1970; nothing is younger.
 */
export function imageLayer(layer: LayerWriter, system: DebianSystem, clock: number): ImageLayer {
  const owned: NewEntry[] = [];
  const texts = new Map<string, string>();
  const keys = { own: false, trusted: false };
  const vendor = vendorOf(system.suite);
  const keyring = new RegExp(`^usr/share/keyrings/${vendor}-archive-keyring\\.(?:gpg|pgp)$`);
  let keyringPath = "";
  const writer: LayerWriter = {
    whiteout: path => layer.whiteout(path),
    opaque: path => layer.opaque(path),
    async add(given, content) {
      const entry = { ...given, mtime: Math.min(given.mtime, clock) };
      const { path, type } = entry;
      if (path === repositoryName) return;
      if (type === "file" && left.some(each => each.test(path))) return;
      if (type === "file" && log.test(path) && !(await isEmpty(content))) return;
      if (partial.test(path)) return void owned.push(entry);
      if (keyring.test(path)) keyringPath = `/${path}`;
      if (path.startsWith(`etc/apt/trusted.gpg.d/${vendor}-`)) keys.trusted = true;
      if (type === "file" && (path === "etc/passwd" || path === "var/lib/dpkg/status")) {
        const bytes = await bytesOf(content);
        texts.set(path, bytes.toString("utf8"));
        return layer.add(entry, { bytes });
      }
      return layer.add(entry, content);
    },
  };
  return {
    writer,
    status: () => texts.get("var/lib/dpkg/status") || undefined,
    async finish() {
      const base = { uid: 0, gid: 0, mtime: clock };
      // apt gives these to its own user, whose number is the image's and not that of the sandbox.
      const uid = Number(/^_apt:[^:]*:(\d+):/m.exec(texts.get("etc/passwd") ?? "")?.[1] ?? 0);
      for (const entry of owned) await layer.add({ ...entry, uid });
      const option = keyringPath !== "" && !keys.trusted ? `[signed-by=${keyringPath}] ` : "";
      const lines = system.sources.map(line => withoutPassword(line.replace(/^deb (?!\[)/, `deb ${option}`)));
      const bytes = Buffer.from(lines.map(line => `${line}\n`).join(""));
      await layer.add({ type: "file", path: "etc/apt/sources.list", mode: 0o644, ...base }, { bytes });
      for (const path of ["proc", "sys"]) await layer.add({ type: "directory", path, mode: 0o755, ...base });
      for (const entry of deviceEntries(clock)) await layer.add(entry);
    },
  };
}

function withoutPassword(line: string): string {
  return line.replace(/(:\/\/)[^/@\s]*@/, "$1");
}

async function isEmpty(content: FileContent | undefined): Promise<boolean> {
  if (content === undefined || "hardLink" in content) return true;
  if ("stream" in content) return content.size === 0;
  return (await bytesOf(content)).length === 0;
}

async function bytesOf(content: FileContent | undefined): Promise<Buffer> {
  if (content === undefined || "hardLink" in content) return Buffer.alloc(0);
  if ("bytes" in content) return Buffer.from(content.bytes);
  if ("file" in content) return readFile(content.file);
  const parts: Uint8Array[] = [];
  for await (const part of content.stream) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}
