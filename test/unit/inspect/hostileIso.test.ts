import { expect, test } from "vitest";
import { isoFiles } from "../../../src/core/analysis/inspect/isoFiles.ts";
import { cdSector } from "../../../src/core/image/elTorito.ts";
import { imageOf } from "./imageOf.ts";

const { signal } = new AbortController();

function record(name: string, sector: number, length: number, isFolder: boolean): Buffer {
  const bytes = Buffer.alloc((33 + name.length + 1) & ~1);
  bytes[0] = bytes.length;
  bytes.writeUInt32LE(sector, 2);
  bytes.writeUInt32LE(length, 10);
  bytes[25] = isFolder ? 2 : 0;
  bytes[32] = name.length;
  bytes.write(name, 33, "latin1");
  return bytes;
}

/** Each sector is a folder that holds a file and the folder in the next sector. */
function nested(depth: number, name: string): Buffer {
  const image = Buffer.alloc(depth * cdSector);
  for (let at = 0; at < depth; at++) {
    const file = record("F", 0, 1, false);
    file.copy(image, at * cdSector);
    if (at + 1 < depth) record(name, at + 1, cdSector, true).copy(image, at * cdSector + file.length);
  }
  return image;
}

const filesOf = (image: Buffer, length = cdSector) =>
  isoFiles(imageOf(image), record("\0", 0, length, true), signal);

test("folders in folders are followed to a depth, and it is said that there are more", async () => {
  const whole = await filesOf(nested(33, "D"));
  expect(whole).toMatchObject({ cut: false });
  expect(whole.files).toHaveLength(33);
  const cut = await filesOf(nested(200, "D"));
  expect(cut).toMatchObject({ cut: true });
  expect(cut.files).toHaveLength(33);
});

test("paths end where Linux ends them", async () => {
  const { files, cut } = await filesOf(nested(32, "D".repeat(200)));
  expect(cut).toBe(true);
  expect(Math.max(...files.map(({ path }) => path.length))).toBeLessThanOrEqual(4096);
});

test("folders that overlap are not read without end", async () => {
  // One record in each sector: a long folder at each place of the next ones.
  const sectors = 2048;
  const image = Buffer.alloc(sectors * cdSector);
  for (let at = 0; at < sectors; at++)
    record("D", (at + 1) % sectors, image.length, true).copy(image, at * cdSector);
  const bytes = imageOf(image);
  expect(await isoFiles(bytes, record("\0", 0, image.length, true), signal)).toMatchObject({ cut: true });
  expect(bytes.taken()).toBeLessThanOrEqual(64 * 1024 * 1024);
});
