import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { OutputContext } from "../output.ts";
import { bootArchive, pathInTree, treeFileCopy } from "./bootArchive.ts";
import { ownImages } from "./firmware.ts";
import { isoEntries, stageEntries } from "./isoTree.ts";
import type { ElTorito, IsoParameters } from "./schema.ts";
import type { IsoBootImage, IsoFile, IsoPlan } from "./xorrisoScript.ts";

const sector = 512;

interface OwnImage {
  readonly file: IsoFile;
  readonly boot: IsoBootImage;
}

/**
 * What lies on an ISO of a system that brings its own loader: the loader's image, files of the tree, and the archive that
 * becomes its root.
 * @throws Failure `not-in-tree`, `iso-boot-image`, those of isoEntries() and bootArchive()
 */
export async function ownLoaderIso(
  given: IsoParameters,
  context: OutputContext,
): Promise<Omit<IsoPlan, "volumeId" | "guid" | "clock">> {
  const listed = Array.isArray(given.el_torito);
  const images: OwnImage[] = [];
  for (const [index, image] of ownImages(given).entries()) {
    images.push(await ownImage(image, listed ? ["el_torito", index] : ["el_torito"], context));
  }
  const archive = given.archive && (await bootArchive(given.archive, context));
  const elsewhere = (path: string): boolean => archive?.holds(path) ?? false;
  const entries = isoEntries(given.files, elsewhere, context);
  const staged = await stageEntries(entries, context);
  const files = images.map(each => each.file);
  if (given.archive && archive) files.push({ path: pathInTree(given.archive.as), source: archive.source });
  const own = new Set(files.map(file => file.path));
  return {
    base: staged.base,
    files,
    attributes: staged.attributes.filter(({ path }) => !own.has(path)),
    images: images.map(each => each.boot),
  };
}

async function ownImage(
  given: ElTorito,
  at: readonly (string | number)[],
  context: OutputContext,
): Promise<OwnImage> {
  const { image, from_tree, platform: firmware = "bios" } = given;
  const path = from_tree === undefined ? `boot/${basename(image ?? "")}` : pathInTree(from_tree);
  const source =
    from_tree === undefined
      ? resolve(context.baseDir, image ?? "")
      : await treeFileCopy(path, [...at, "from_tree"], context);
  const { size } = await stat(source);
  if (size === 0) {
    throw context.fail("iso-boot-image", "The boot image is empty.", { at, advice: "Name another file." });
  }
  const sectors = Math.ceil(size / sector);
  const loadSize = given.load_size ?? Math.min(4, sectors);
  const infoTable = given.boot_info_table ?? false;
  if (infoTable && size < 64) {
    throw context.fail("iso-boot-image", `The boot image has ${size} bytes: too few for a boot info table.`, {
      at: [...at, "boot_info_table"],
      advice: "Remove boot_info_table.",
    });
  }
  return { file: { path, source }, boot: { path, firmware, loadSize, infoTable } };
}
