import { describe, expect, it } from "vitest";
import { readTar } from "../../../src/core/tree/tarRead.ts";
import { readAll } from "./readAll.ts";
import { base256, block, inChunks, pax, paxLine, tarOf } from "./tarBytes.ts";

const signal = new AbortController().signal;

describe("readTar", () => {
  it("reads every type of entry with its attributes", async () => {
    const members = await readAll(
      tarOf(
        block({ name: "d/", flag: "5", mode: 0o1777, uid: 7, gid: 8, mtime: 99 }),
        block({ name: "d/f", body: "hello", mode: 0o4755 }),
        block({ name: "h", flag: "1", link: "d/f" }),
        block({ name: "s", flag: "2", link: "../../etc/passwd" }),
        block({ name: "c", flag: "3", major: 5, minor: 1 }),
        block({ name: "b", flag: "4", major: 259, minor: 65_535 }),
        block({ name: "p", flag: "6" }),
        block({ name: "odd", flag: "M", body: "part" }),
      ),
    );
    expect(members.map(({ name, type }) => [name, type])).toEqual([
      ["d/", "directory"],
      ["d/f", "file"],
      ["h", "hardlink"],
      ["s", "symlink"],
      ["c", "char"],
      ["b", "block"],
      ["p", "fifo"],
      ["odd", "other"],
    ]);
    expect(members[0]).toMatchObject({
      mode: 0o1777,
      uid: 7,
      gid: 8,
      mtime: 99,
      size: 0,
      acl: false,
      utf8: true,
    });
    expect(members[1]).toMatchObject({ mode: 0o4755, size: 5, text: "hello" });
    expect(members[2]).toMatchObject({ link: "d/f", size: 0 });
    expect(members[3]).toMatchObject({ link: "../../etc/passwd" });
    expect(members[4]).toMatchObject({ major: 5, minor: 1 });
    expect(members[5]).toMatchObject({ major: 259, minor: 65_535 });
    expect(members[7]).toMatchObject({ flag: "M" });
  });

  it.each([1, 7, 511, 512, 513, 4096])("gives the same members from chunks of %i bytes", async size => {
    const bytes = tarOf(
      pax([["path", `long/${"n".repeat(300)}`]]),
      block({ body: "x".repeat(1500) }),
      block({ name: "empty" }),
      block({ name: "full", body: "y".repeat(1024) }),
    );
    expect(await readAll(bytes, size)).toEqual(await readAll(bytes));
  });

  it("joins a ustar prefix, but not the times that GNU tar keeps there", async () => {
    const [ustar, gnu] = await readAll(
      tarOf(
        block({ name: "b", prefix: "a" }),
        block({ name: "b", prefix: "13777777777", magic: "ustar  \0" }),
      ),
    );
    expect(ustar?.name).toBe("a/b");
    expect(gnu?.name).toBe("b");
  });

  it("reads archives from before ustar: no magic, NUL as type, directories by their slash", async () => {
    const members = await readAll(
      tarOf(
        block({ name: "d/", flag: "\0", magic: "" }),
        block({ name: "d/f", flag: "\0", magic: "", body: "1" }),
      ),
    );
    expect(members.map(({ type, name, text }) => [type, name, text])).toEqual([
      ["directory", "d/", ""],
      ["file", "d/f", "1"],
    ]);
  });

  it("reads GNU long names and link targets", async () => {
    const name = `${"d/".repeat(200)}name`;
    const [member] = await readAll(
      tarOf(
        block({ name: "././@LongLink", flag: "L", body: `${name}\0`, magic: "ustar  \0" }),
        block({ name: "././@LongLink", flag: "K", body: `${name}-target\0`, magic: "ustar  \0" }),
        block({ name: "short", flag: "2", link: "short", magic: "ustar  \0" }),
      ),
    );
    expect(member).toMatchObject({ name, link: `${name}-target` });
  });

  it("reads numbers in base 256, negative times among them", async () => {
    const [member] = await readAll(
      tarOf(block({ uid: base256(3_000_000_000n, 8), gid: base256(2_097_152n, 8), mtime: base256(-5n, 12) })),
    );
    expect(member).toMatchObject({ uid: 3_000_000_000, gid: 2_097_152, mtime: -5 });
  });

  it("lets pax records override the header, local ones override global ones, an empty value take one back", async () => {
    const [first, second, third] = await readAll(
      tarOf(
        pax(
          [
            ["uid", "4000000"],
            ["mtime", "1700000000.999999999"],
          ],
          "g",
        ),
        pax([
          ["path", "ü/€"],
          ["uid", "12"],
          ["gid", "3000000"],
          ["size", "3"],
        ]),
        block({ name: "other", size: 0, body: "abc" }),
        pax([
          ["linkpath", "x".repeat(150)],
          ["mtime", "-1.5"],
        ]),
        block({ flag: "2", link: "y" }),
        pax([["mtime", ""]]),
        block({ mtime: 5 }),
      ),
    );
    expect(first).toMatchObject({
      name: "ü/€",
      uid: 12,
      gid: 3_000_000,
      mtime: 1_700_000_000,
      size: 3,
      text: "abc",
    });
    expect(second).toMatchObject({ uid: 4_000_000, link: "x".repeat(150), mtime: -2 });
    expect(third).toMatchObject({ mtime: 5 });
  });

  it("reads extended attributes in all spellings, raw bytes kept", async () => {
    const raw = Buffer.from([0, 1, 0xff, 0x0a, 0x3d]);
    const [member] = await readAll(
      tarOf(
        pax([
          ["SCHILY.xattr.security.capability", raw],
          ["SCHILY.xattr.user.empty", ""],
          ["LIBARCHIVE.xattr.user.a%3Db", raw.toString("base64").replace(/=+$/, "")],
          ["LIBARCHIVE.xattr.user.empty", "AAAA"],
          ["RHT.security.selinux", "system_u:object_r:bin_t:s0"],
          ["SCHILY.acl.access", "user::rw-,group::r--"],
        ]),
        block({}),
      ),
    );
    expect(member?.acl).toBe(true);
    expect(member?.xattrs).toEqual({
      "security.capability": raw.toString("base64"),
      "user.empty": "",
      "user.a=b": raw.toString("base64"),
      "security.selinux": Buffer.from("system_u:object_r:bin_t:s0\0").toString("base64"),
    });
  });

  it("marks names that are not UTF-8 and spells their bytes out", async () => {
    const [name, link, fine] = await readAll(
      tarOf(
        block({ name: Buffer.from([0x61, 0xff, 0x62]) }),
        block({ flag: "2", link: Buffer.from([0xc3]) }),
        block({ name: "\ufeffü" }),
      ),
    );
    expect(name).toMatchObject({ name: "a\\xffb", utf8: false });
    expect(link).toMatchObject({ link: "\\xc3", utf8: false });
    expect(fine).toMatchObject({ name: "\ufeffü", utf8: true });
  });

  it("reads the bytes that pax stores with a hard link, and expects none where old writers only give a size", async () => {
    const next = block({ name: "next" });
    const inPax = tarOf(pax([["mtime", "1"]]), block({ flag: "1", link: "a", body: "same" }), next);
    const inUstar = tarOf(block({ flag: "1", link: "a", size: 4 }), next);
    const inGnu = tarOf(block({ flag: "1", link: "a", size: 4, magic: "ustar  \0" }), next);
    for (const bytes of [inPax, inUstar, inGnu]) {
      expect((await readAll(bytes)).map(member => member.name)).toEqual(["file", "next"]);
    }
  });

  it("takes no body for types that have none, whatever their size field says", async () => {
    const bytes = tarOf(block({ flag: "5", name: "d", size: 4096 }), block({ name: "next" }));
    expect((await readAll(bytes)).map(member => member.name)).toEqual(["d", "next"]);
  });

  it("passes over contents that nobody read, also half-read ones", async () => {
    const bytes = tarOf(block({ name: "a", body: "x".repeat(9000) }), block({ name: "b", body: "b" }));
    const names: string[] = [];
    for await (const member of readTar(inChunks(bytes, 700), signal)) {
      names.push(member.name);
      if (member.name === "a") for await (const _ of member.content) break;
    }
    expect(names).toEqual(["a", "b"]);
  });

  it("refuses to give a content after the reader moved on", async () => {
    const reader = readTar(inChunks(tarOf(block({ body: "x" }), block({}))), signal);
    const first = await reader.next();
    await reader.next();
    const content = first.done ? undefined : first.value.content;
    await expect(content?.[Symbol.asyncIterator]().next()).rejects.toThrow("moved on");
    await reader.return();
  });

  it("closes the source when the caller stops early", async () => {
    let closed = false;
    async function* source() {
      try {
        yield* inChunks(tarOf(block({}), block({})), 512);
      } finally {
        closed = true;
      }
    }
    for await (const _ of readTar(source(), signal)) break;
    expect(closed).toBe(true);
  });

  it("stops with the signal's reason", async () => {
    const controller = new AbortController();
    const reader = readTar(
      inChunks(tarOf(block({ body: "x".repeat(5000) }), block({})), 512),
      controller.signal,
    );
    await reader.next();
    controller.abort(new Error("enough"));
    await expect(reader.next()).rejects.toThrow("enough");
  });

  it("reads 100,000 entries", async () => {
    const one = block({ name: "n", body: "content" });
    const bytes = tarOf(...Array.from({ length: 100_000 }, () => one));
    let count = 0;
    for await (const member of readTar(inChunks(bytes), signal)) {
      for await (const piece of member.content) count += piece.length;
    }
    expect(count).toBe(700_000);
  });

  it("accepts a record whose length counts its own digits", async () => {
    // 99 bytes without the third digit of the length: the writer's arithmetic that goes wrong most often.
    const line = paxLine("comment", "x".repeat(87));
    const [member] = await readAll(
      tarOf(block({ flag: "x", body: Buffer.concat([line, paxLine("path", "p")]) }), block({})),
    );
    expect(member?.name).toBe("p");
  });
});
