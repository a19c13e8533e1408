import { describe, expect, it } from "vitest";
import { comparableLocale } from "../../../src/core/stages/locale/localesIn.ts";
import { locale } from "../../../src/core/stages/locale.ts";
import { file, filesLayer, layerOf } from "../tree/layers.ts";
import { runSettings } from "./settingsRun.ts";

const glibc = { "usr/lib/x86_64-linux-gnu/libc.so.6": "x", "usr/lib/locale/sv_SE.utf8/": "" };
const debian = { ...glibc, "etc/debian_version": "12" };

/** A locale-archive as glibc lays it out, with these names. */
function archiveOf(names: readonly string[]): Buffer {
  const table = Buffer.from(names.map(name => `${name}\0`).join(""));
  const header = Buffer.alloc(56 + 1000);
  header.writeUInt32LE(0xde020109, 0);
  header.writeUInt32LE(header.length, 20);
  header.writeUInt32LE(table.length, 24);
  return Buffer.concat([header, table, Buffer.alloc(200_000, 1)]);
}

describe("locale", () => {
  it.each(["C.UTF-8", "sv_SE.UTF-8", "sv_SE.utf8", "C", "POSIX"])("sets %s, which is there", async lang => {
    const { text, tree } = await runSettings(locale, lang, [await filesLayer(debian)]);
    expect(await text("etc/locale.conf")).toBe(`LANG=${lang}\n`);
    expect(tree.get("etc/default/locale")).toMatchObject({ target: "../locale.conf" });
    expect(await text("etc/default/locale")).toBe(`LANG=${lang}\n`);
  });

  it("edits both files where Debian has them apart, and keeps their other lines", async () => {
    const files = { ...debian, "etc/default/locale": "# Made by hand\nLANG=C\nLC_TIME=sv_SE.UTF-8\n" };
    const { text } = await runSettings(locale, "sv_SE.UTF-8", [await filesLayer(files)]);
    expect(await text("etc/default/locale")).toBe("# Made by hand\nLANG=sv_SE.UTF-8\nLC_TIME=sv_SE.UTF-8\n");
    expect(await text("etc/locale.conf")).toBe("LANG=sv_SE.UTF-8\n");
  });

  it("writes one file for others, and a profile for systems without systemd that read one", async () => {
    const arch = { ...glibc, "usr/lib/systemd/systemd": "x", "etc/profile.d/": "" };
    const first = await runSettings(locale, "C.UTF-8", [await filesLayer(arch)]);
    expect(first.layer.index.entries.map(entry => entry.path)).toEqual(["etc/locale.conf"]);
    const alpine = await runSettings(locale, "de_DE.UTF-8", [
      await filesLayer({ "etc/profile.d/": "", "lib/ld-musl-x86_64.so.1": "x" }),
    ]);
    expect(await alpine.text("etc/profile.d/00-locale.sh")).toBe("export LANG=de_DE.UTF-8\n");
  });

  it("finds locales in an archive", async () => {
    const below = await layerOf(async layer => {
      await layer.add(file("lib64/libc.so.6"));
      await layer.add(file("usr/lib/locale/locale-archive"), {
        bytes: archiveOf(["de_DE.utf8", "en_US.utf8"]),
      });
    });
    const { text } = await runSettings(locale, { lang: "en_US.UTF-8" }, [below]);
    expect(await text("etc/locale.conf")).toBe("LANG=en_US.UTF-8\n");
    await expect(runSettings(locale, { lang: "fr_FR.UTF-8" }, [below])).rejects.toMatchObject({
      code: "locale-unknown",
      placedAt: ["lang"],
    });
  });

  it("names the cure for a locale that is not there", async () => {
    await expect(runSettings(locale, "sv_FI.UTF-8", [await filesLayer(debian)])).rejects.toMatchObject({
      code: "locale-unknown",
      placedAt: [],
      message: "The tree below does not have the locale sv_FI.UTF-8.",
      advice: expect.stringMatching(/sv_SE\.utf8.*locales-all.*generate: true/),
    });
  });

  it("lists a locale that is to be generated", async () => {
    const files = { ...debian, "etc/locale.gen": "# a comment\n# en_US.UTF-8 UTF-8\n# de_DE ISO-8859-1\n" };
    const run = async (lang: string) =>
      (await runSettings(locale, { lang, generate: true }, [await filesLayer(files)])).text("etc/locale.gen");
    expect(await run("en_US.UTF-8")).toBe("# a comment\nen_US.UTF-8 UTF-8\n# de_DE ISO-8859-1\n");
    expect(await run("fi_FI@euro")).toMatch(/\nfi_FI@euro ISO-8859-1\n$/);
  });

  it("compares names as glibc does", () => {
    expect(comparableLocale("en_US.UTF-8")).toBe(comparableLocale("en_US.utf8"));
    expect(comparableLocale("de_DE.UTF-8@euro")).toBe("de_DE.utf8@euro");
    expect(comparableLocale("de_DE")).not.toBe(comparableLocale("de_DE.utf8"));
  });
});

describe("the keymap", () => {
  const maps = {
    "usr/share/kbd/keymaps/i386/qwertz/de-latin1.map.gz": "x",
    "usr/share/kbd/keymaps/i386/qwerty/us.map.gz": "x",
  };

  it("is set on the console and where a distribution keeps it as well", async () => {
    const below = await filesLayer({
      ...maps,
      "etc/vconsole.conf": "FONT=x\n",
      "etc/default/keyboard": 'XKBMODEL="pc105"\nXKBLAYOUT="us"\n',
    });
    const { text } = await runSettings(locale, { keymap: "de-latin1" }, [below]);
    expect(await text("etc/vconsole.conf")).toBe("FONT=x\nKEYMAP=de-latin1\n");
    expect(await text("etc/default/keyboard")).toBe('XKBMODEL="pc105"\nXKBLAYOUT="de-latin1"\n');
  });

  it("must be one that the tree has, if it has any", async () => {
    await expect(runSettings(locale, { keymap: "de-latin" }, [await filesLayer(maps)])).rejects.toMatchObject(
      {
        code: "keymap-unknown",
        placedAt: ["keymap"],
        advice: "Did you mean `de-latin1`?",
      },
    );
    expect((await runSettings(locale, { keymap: "de" })).warnings).toHaveLength(1);
  });
});
