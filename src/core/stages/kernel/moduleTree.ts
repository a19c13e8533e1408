import { createWriteStream } from "node:fs";
import { copyFile, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { badPath, normalizePath } from "../../tree/path.ts";
import type { TarMember } from "../../tree/tarReadMember.ts";
import type { StageContext } from "../stage.ts";
import { addModuleIndexes, isModuleIndex } from "./moduleIndexes.ts";

/** Takes in what belongs under lib/modules: into the layer, and where depmod can see it. */
export interface ModuleTree {
  /** @param path in the image, `lib/modules/VERSION/…`. */
  add(path: string, member: TarMember): Promise<void>;
  /** The same for a file on the host. */
  addFile(path: string, source: string): Promise<void>;
  /** Writes the indexes of everything that was added. */
  finish(): Promise<void>;
}

export async function openModuleTree(context: StageContext): Promise<ModuleTree> {
  const root = await context.scratch();
  // Where depmod looks depends on how it was built.
  await mkdir(join(root, "usr", "lib", "modules"), { recursive: true });
  await symlink("usr/lib", join(root, "lib"));
  const versions = new Set<string>();
  const owned = { uid: 0, gid: 0 };

  const place = async (path: string): Promise<string> => {
    const safe = normalizePath(path);
    const [, , version, ...rest] = safe.split("/");
    if (version === undefined || rest.length === 0) throw badPath(path, "it is no file of a module folder");
    versions.add(version);
    const file = join(root, safe);
    await mkdir(dirname(file), { recursive: true });
    return file;
  };

  return {
    async add(path, member) {
      if (isModuleIndex(path) || isBuildLink(path)) return;
      const { mode, mtime, size } = member;
      if (member.type === "symlink") {
        return context.layer.add({ type: "symlink", path, ...owned, mode, mtime, target: member.link });
      }
      if (member.type !== "file" || member.runs) {
        throw badPath(path, "among modules only plain files and symbolic links are expected");
      }
      const file = await place(path);
      await pipeline(Readable.from(member.content), createWriteStream(file), { signal: context.signal });
      await context.layer.add(
        { type: "file", path, ...owned, mode, mtime },
        size === 0 ? undefined : { file },
      );
    },
    async addFile(path, source) {
      if (isModuleIndex(path)) return;
      await copyFile(source, await place(path));
      const entry = { type: "file", path, ...owned, mode: 0o644, mtime: context.clock } as const;
      await context.layer.add(entry, { file: source });
    },
    async finish() {
      for (const version of [...versions].sort()) await addModuleIndexes(root, version, context);
    },
  };
}

// Where the kernel was compiled: never in an image, and of no use there.
function isBuildLink(path: string): boolean {
  return /^lib\/modules\/[^/]+\/(?:build|source)$/.test(path);
}
