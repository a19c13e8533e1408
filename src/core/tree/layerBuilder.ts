import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createBlobWriter } from "./blobWriter.ts";
import { compactLayer } from "./compactLayer.ts";
import type { Entry, FileEntry } from "./entry.ts";
import type { FileContent, Layer, LayerIndex, LayerWriter, NewEntry } from "./layer.ts";
import { writeContent } from "./layerContent.ts";
import { checkLayerPath, checkNoRedirects, entryOf } from "./layerRules.ts";
import { sortByPath } from "./order.ts";
import { badPath, normalizePath } from "./path.ts";
import { encodeTarHeader, paddingOf, tarEnd } from "./tarHeader.ts";
import { markEntry, opaquePath, whiteoutPath } from "./whiteout.ts";

export interface LayerBuilderOptions {
  /** Folder for the temporary file, on the file system where the layer will be kept. Made when missing. */
  readonly folder: string;
  /** mtime of whiteout entries, seconds since 1970. */
  readonly clock: number;
  /** Ends the copying of large contents early. */
  readonly signal?: AbortSignal | undefined;
}

/** A LayerWriter with its two possible ends. */
export interface LayerBuilder extends LayerWriter {
  /**
   * Ends the tar. The layer's blob is the temporary file: move it where it belongs, then relocate().
   * @throws Failure `bad-path` when an entry lies under a link or file of this layer; what add() failed with
   * when content was cut short.
   */
  finish(signal: AbortSignal): Promise<Layer>;
  /** Closes and removes the temporary file, unless finish() succeeded: the file then belongs to its caller. */
  discard(): Promise<void>;
}

/** The same layer with its tar at another place. */
export function relocate(layer: Layer, blob: string): Layer {
  return { ...layer, blob };
}

/**
 * Starts a layer: an OCI layer tar (pax) in a temporary file, hashed while it is written. The same calls give the
 * same bytes. Calls may overlap; they are worked off in order.
 */
export function createLayerBuilder(options: LayerBuilderOptions): LayerBuilder {
  const blob = join(options.folder, `layer-${randomBytes(8).toString("hex")}.tar`);
  const writer = createBlobWriter(blob);
  const live = new Map<string, Entry>();
  const whiteouts = new Set<string>();
  const opaque = new Set<string>();
  let marks: string[] = [];
  let replaced = false;
  let state: "open" | "broken" | "finished" = "open";
  let broken: unknown;
  let tail: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  };
  const keep = (entry: Entry) => {
    if (live.delete(entry.path)) replaced = true;
    live.set(entry.path, entry);
  };
  const writeMarks = () => {
    for (const path of marks) writer.push(encodeTarHeader(markEntry(path, options.clock)));
    marks = [];
  };
  const addPlain = (entry: Entry) => {
    const known = live.get(entry.path);
    if (known && JSON.stringify(known) === JSON.stringify(entry)) return;
    writer.push(encodeTarHeader(entry));
    keep(entry);
  };
  const addLink = (entry: NewEntry, first: string) => {
    const target = live.get(normalizePath(first));
    if (!target || target.type === "directory")
      throw badPath(
        entry.path,
        `it is a hard link to ${JSON.stringify(first)}, which is no file of this layer`,
      );
    if (target.path === entry.path) return;
    if (target.type !== "file") return addPlain({ ...target, path: entry.path });
    const link: FileEntry = { ...target, path: entry.path, hardLink: target.hardLink ?? target.path };
    writer.push(encodeTarHeader(link));
    keep(link);
  };
  const begin = (entry: FileEntry): void => {
    const header = encodeTarHeader(entry);
    writer.push(header);
    keep({ ...entry, offset: writer.position });
  };
  const addFile = async (entry: NewEntry & { type: "file" }, content: FileContent) => {
    if ("hardLink" in content) return addLink(entry, content.hardLink);
    const start = writer.position;
    try {
      const stored = await writeContent(writer, entry, content, begin, options.signal);
      writer.pushZeros(paddingOf(stored));
    } catch (error) {
      // A header without its content cannot be taken back: the tar is of no use any more.
      if (writer.position !== start) {
        state = "broken";
        broken = error;
      }
      throw error;
    }
  };
  const assertOpen = () => {
    if (state === "broken") throw broken;
    if (state === "finished") throw new Error("The layer is finished.");
  };
  const index = (): LayerIndex => ({
    entries: sortByPath([...live.values()], entry => entry.path),
    whiteouts: sortByPath([...whiteouts], path => path),
    opaque: sortByPath([...opaque], path => path),
  });
  const mark = (list: Set<string>, raw: string, name: (path: string) => string) => {
    const path = checkLayerPath(raw);
    if (list.has(path)) return;
    list.add(path);
    marks.push(name(path));
  };

  return {
    add(given, content) {
      return inTurn(async () => {
        assertOpen();
        const entry = entryOf(given);
        writeMarks();
        if (entry.type === "file") await addFile(entry, content ?? { bytes: new Uint8Array() });
        else addPlain(entry);
        if (writer.behind) await writer.settle();
      });
    },
    whiteout: path => mark(whiteouts, path, whiteoutPath),
    opaque: path => mark(opaque, path, opaquePath),
    finish(signal) {
      return inTurn(async () => {
        assertOpen();
        signal.throwIfAborted();
        const made = index();
        checkNoRedirects(made.entries);
        writeMarks();
        writer.push(tarEnd);
        const digest = await writer.finish();
        const layer: Layer = { digest, bytes: writer.position, blob, index: made };
        const clean = replaced
          ? await compactLayer(layer, [...live.values()], createLayerBuilder({ ...options, signal }), signal)
          : layer;
        state = "finished";
        return clean;
      });
    },
    discard() {
      return inTurn(async () => {
        if (state === "finished") return;
        state = "broken";
        broken = new Error("The layer was discarded.");
        await writer.abandon();
        await rm(blob, { force: true });
      });
    },
  };
}
