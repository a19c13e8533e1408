import {
  closeSync,
  constants,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Failure } from "../../../failure.ts";
import { parentOf } from "../../../tree/path.ts";
import { fileRuns, type TreeFile } from "../../../tree/readFile.ts";
import type { Tree, TreeEntry } from "../../../tree/tree.ts";
import { fileIdentity, type LayerBlobs, openLayerBlobs } from "../../layerBlobs.ts";

export interface StageOptions {
  readonly signal: AbortSignal;
  /** Called now and then with bytes of file content written. */
  onProgress(bytes: number): void;
}

// Never through a link, never over anything that is there.
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const entriesAtOnce = 256;
const refusedNames: ReadonlySet<string> = new Set(["ENAMETOOLONG", "EILSEQ", "EINVAL", "EEXIST", "EPERM"]);

/**
 * Writes the folders, files and links of the tree into the new folder `root` on the host, as whoever runs this: what
 * the host cannot hold (owners, modes, devices, attributes) is for others to add. Holes stay holes.
 * @throws Failure `disk-entry` for a name that the host's file system does not take.
 */
export async function stageTree(tree: Tree, root: string, options: StageOptions): Promise<void> {
  const blobs = openLayerBlobs();
  const folders = new Set([""]);
  const files = new Map<string, string>();
  let bytes = 0;
  let entries = 0;
  const put = async (entry: TreeEntry): Promise<void> => {
    // A link in place of a folder would lead out of `root`.
    if (!folders.has(parentOf(entry.path))) throw new Error(`/${entry.path} lies in no folder.`);
    const path = join(root, entry.path);
    if (entry.type === "directory") {
      mkdirSync(path, { mode: 0o700 });
      folders.add(entry.path);
    } else if (entry.type === "symlink") symlinkSync(entry.target, path);
    else if (entry.type === "file") {
      const first = files.get(fileIdentity(entry));
      if (first !== undefined) return linkSync(first, path);
      files.set(fileIdentity(entry), path);
      bytes += await writeFile(entry, path, blobs, options.signal);
    }
  };
  try {
    mkdirSync(root, { mode: 0o700 });
    for (const entry of tree.entries) {
      await put(entry).catch((error: unknown) => {
        throw explained(error, entry);
      });
      if (++entries % entriesAtOnce !== 0) continue;
      options.onProgress(bytes);
      await setImmediate();
      options.signal.throwIfAborted();
    }
  } finally {
    blobs.close();
  }
}

/** @returns bytes written */
async function writeFile(
  file: TreeFile,
  path: string,
  blobs: LayerBlobs,
  signal: AbortSignal,
): Promise<number> {
  const fd = openSync(path, newFile, 0o600);
  try {
    let stored = 0;
    for (const [offset, length] of fileRuns(file)) {
      let at = offset;
      for await (const chunk of blobs.stored(file, stored, length)) {
        signal.throwIfAborted();
        writeAll(fd, chunk, at);
        at += chunk.length;
      }
      stored += length;
    }
    if (file.runs) ftruncateSync(fd, file.size);
    return stored;
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  }
}

function explained(error: unknown, { path }: TreeEntry): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === undefined || !refusedNames.has(code)) return error;
  return new Failure("disk-entry", `/${path} cannot be prepared for the disk: this machine says ${code}.`, {
    advice: "Shorten or rename it in the recipe, or move Whittle's cache to another file system.",
    cause: error,
  });
}
