import { describe, expect, it } from "vitest";
import { type CpioSource, planNewc } from "../../../src/core/outputs/initramfs/newc.ts";
import { directory, file, symlink } from "./trees.ts";

const { signal } = new AbortController();

async function bytesOf(sources: readonly CpioSource[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of planNewc(sources).write(signal)) parts.push(part);
  return Buffer.concat(parts);
}

/** Names with the fields of their headers, read by the format's description. */
function read(archive: Buffer) {
  const found: { name: string; fields: number[]; body: string }[] = [];
  for (let at = 0; at < archive.length; ) {
    expect(archive.toString("latin1", at, at + 6)).toBe("070701");
    const fields = Array.from({ length: 13 }, (_, index) =>
      Number.parseInt(archive.toString("latin1", at + 6 + index * 8, at + 14 + index * 8), 16),
    );
    const [size = 0, nameSize = 0] = [fields[6], fields[11]];
    const name = archive.toString("utf8", at + 110, at + 110 + nameSize - 1);
    const start = at + Math.ceil((110 + nameSize) / 4) * 4;
    found.push({ name, fields, body: archive.toString("utf8", start, start + size) });
    at = start + Math.ceil(size / 4) * 4;
  }
  return found;
}

const text = (words: string): CpioSource["content"] => Buffer.from(words);

describe("a newc archive", () => {
  it("is as long as planned, whatever the lengths of names and contents", async () => {
    for (let length = 0; length < 9; length++) {
      const sources = [
        { entry: file("x".repeat(length + 1), length), content: text("y".repeat(length)) },
        { entry: symlink("link", "é".repeat(length + 1)) },
        { entry: directory("d") },
      ];
      expect((await bytesOf(sources)).length).toBe(planNewc(sources).bytes);
    }
  });

  it("ends with a trailer after its entries, in the order given", async () => {
    const archive = read(
      await bytesOf([{ entry: directory("b") }, { entry: file("a", 2), content: text("hi") }]),
    );
    expect(archive.map(({ name, body }) => [name, body])).toEqual([
      ["b", ""],
      ["a", "hi"],
      ["TRAILER!!!", ""],
    ]);
  });

  it("puts the content of a file with several names under the last, all with one inode", async () => {
    const [a, b, c] = ["a", "b", "c"].map(path => ({
      entry: file(path, 2),
      link: "one",
      content: text("hi"),
    }));
    const archive = read(
      await bytesOf([a, b, { entry: directory("d") }, c].filter(each => each !== undefined)),
    );
    expect(archive.map(({ name, body }) => name + body)).toEqual(["a", "b", "d", "chi", "TRAILER!!!"]);
    const links = archive.filter(({ name }) => /^[abc]$/.test(name));
    expect(new Set(links.map(({ fields }) => fields[0])).size).toBe(1);
    expect(links.map(({ fields }) => fields[4])).toEqual([3, 3, 3]);
  });

  it("counts a name whose other names are not there as the only one", async () => {
    const [only] = read(await bytesOf([{ entry: file("a", 2), link: "one", content: text("hi") }]));
    expect(only?.fields[4]).toBe(1);
    expect(only?.body).toBe("hi");
  });

  it("keeps times within what the format can say", async () => {
    const times = [-5, 2 ** 33];
    const archive = read(
      await bytesOf(times.map(mtime => ({ entry: { ...directory(`t${mtime}`), mtime } }))),
    );
    expect(archive.slice(0, 2).map(({ fields }) => fields[5])).toEqual([0, 0xffff_ffff]);
  });

  it("refuses what the kernel would leave out without a word", () => {
    expect(() => planNewc([{ entry: file("big", 2 ** 32) }])).toThrow("/big has 4294967296 bytes");
    expect(() => planNewc([{ entry: directory("x/".repeat(2048)) }])).toThrow("too long");
  });
});
