import { describe, expect, it } from "vitest";
import { patternProblem, selectEntries } from "../../../src/core/tree/globs.ts";
import { nearestPathAdvice } from "../../../src/core/tree/nearestPath.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { takeAway } from "../../../src/core/tree/takeAway.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { filesLayer, layerOf } from "./layers.ts";

const system = async () =>
  stackLayers([
    await filesLayer({
      "bin/[": "",
      "bin/[[": "",
      "bin/sh": "-> busybox",
      "bin/busybox": "",
      "etc/.hidden": "",
      "etc/a.conf": "",
      "etc/b.cfg": "",
      "etc/deep/.x/y.conf": "",
      "usr/lib/modules/6.1/net/a.ko": "",
      "usr/lib/modules/6.1/fs/b.ko": "",
      "usr/lib/c.so": "",
      lib: "-> usr/lib",
      loop: "-> loop",
      "opt/abs": "-> /etc",
      "opt/up": "-> ../etc",
      "usr/share/locale/en_US/x": "",
      "usr/share/locale/en_GB/x": "",
      "usr/share/locale/de/x": "",
      "usr/share/locale/locale.alias": "",
      "usr/share/localedata": "",
    }),
  ]);

function selectedBy(tree: Tree, ...patterns: string[]): string[] {
  const { selected } = selectEntries(tree, patterns);
  return tree.entries.filter((_, at) => selected[at] === 1).map(entry => entry.path);
}

describe("patterns", () => {
  it.each([
    ["/etc/*.conf", ["etc/a.conf"]],
    ["/etc/*", ["etc/.hidden", "etc/a.conf", "etc/b.cfg", "etc/deep", "etc/deep/.x", "etc/deep/.x/y.conf"]],
    ["/etc/**/*.conf", ["etc/a.conf", "etc/deep/.x/y.conf"]],
    ["/**/*.ko", ["usr/lib/modules/6.1/fs/b.ko", "usr/lib/modules/6.1/net/a.ko"]],
    ["/etc/{a,b}.{conf,cfg}", ["etc/a.conf", "etc/b.cfg"]],
    ["/etc/?.c*", ["etc/a.conf", "etc/b.cfg"]],
    ["/etc/[ac].conf", ["etc/a.conf"]],
    ["/usr/lib/modules/*/net", ["usr/lib/modules/6.1/net", "usr/lib/modules/6.1/net/a.ko"]],
    ["/etc/deep/", ["etc/deep", "etc/deep/.x", "etc/deep/.x/y.conf"]],
    ["/{etc,bin}/deep/**", ["etc/deep/.x", "etc/deep/.x/y.conf"]],
    ["/**/deep/**", ["etc/deep/.x", "etc/deep/.x/y.conf"]],
    ["/etc/deep/**", ["etc/deep/.x", "etc/deep/.x/y.conf"]],
    [
      "/usr/share/locale",
      [
        "usr/share/locale",
        "usr/share/locale/de",
        "usr/share/locale/de/x",
        "usr/share/locale/en_GB",
        "usr/share/locale/en_GB/x",
        "usr/share/locale/en_US",
        "usr/share/locale/en_US/x",
        "usr/share/locale/locale.alias",
      ],
    ],
  ])("%s selects what it says", async (pattern, paths) => {
    expect(selectedBy(await system(), pattern)).toEqual(paths);
  });

  it("/** is everything", async () => {
    const tree = await system();
    expect(selectedBy(tree, "/**")).toHaveLength(tree.entries.length);
  });

  it("that exist as they are written are taken literally", async () => {
    expect(selectedBy(await system(), "/bin/[")).toEqual(["bin/["]);
    expect(selectedBy(await system(), "/bin/[[")).toEqual(["bin/[["]);
  });

  it("with a backslash take the next character as it is", async () => {
    expect(selectedBy(await system(), "/bin/\\[")).toEqual(["bin/["]);
  });

  it("the last match decides", async () => {
    const tree = await system();
    const list = ["/usr/share/locale/**", "!/usr/share/locale/en*/**", "/usr/share/locale/en_GB"];
    expect(selectedBy(tree, ...list)).toEqual([
      "usr/share/locale/de",
      "usr/share/locale/de/x",
      "usr/share/locale/en_GB",
      "usr/share/locale/en_GB/x",
      "usr/share/locale/en_US",
      "usr/share/locale/locale.alias",
    ]);
  });

  it("lead through links to folders, and say which", async () => {
    const tree = await system();
    expect(selectedBy(tree, "/lib/modules/*/net")).toEqual([
      "usr/lib/modules/6.1/net",
      "usr/lib/modules/6.1/net/a.ko",
    ]);
    expect(selectedBy(tree, "/lib/c.so")).toEqual(["usr/lib/c.so"]);
    expect([...selectEntries(tree, ["/lib/c.so"]).through]).toEqual(["lib"]);
    expect([...selectEntries(tree, ["/lib/c*"]).through]).toEqual(["lib"]);
    expect([...selectEntries(tree, ["/lib/none*", "/lib/none"]).through]).toEqual([]);
    expect(selectedBy(tree, "/opt/abs/a.conf")).toEqual(["etc/a.conf"]);
    expect(selectedBy(tree, "/opt/up/*.conf")).toEqual(["etc/a.conf"]);
    expect(selectedBy(tree, "/lib")).toEqual(["lib"]);
    expect(selectedBy(tree, "/loop/**")).toEqual([]);
  });

  it("count their own matches, so that one without any can be told", async () => {
    const { matches } = selectEntries(await system(), [
      "/etc/*.c*",
      "!/etc/none",
      "/usr",
      "/none/**",
      "/etc/a.conf/x",
    ]);
    expect(matches).toEqual([2, 0, 1, 0, 0]);
  });

  it.each(["etc", "!etc", "/", "!/", "/a/../b", "/a\0"])("%j is no pattern", pattern => {
    expect(patternProblem(pattern)).toBeDefined();
  });

  it.each([
    ["/usr/share/lokale/**", "There is no /usr/share/lokale. Did you mean /usr/share/locale?"],
    ["!/usr/shar/x", "There is no /usr/shar. Did you mean /usr/share?"],
    ["/usr/share/qqqqqqqqq", "There is no /usr/share/qqqqqqqqq; /usr/share has locale, localedata."],
    [
      "/lib/modules/6.1/nett/*",
      "There is no /usr/lib/modules/6.1/nett. Did you mean /usr/lib/modules/6.1/net?",
    ],
    ["/etc/*.xyz", "/etc exists, but nothing in it matches *.xyz."],
    ["/zzzzzzz", "There is no /zzzzzzz; the tree has bin, etc, lib, loop, opt, usr."],
    ["/etc/a.conf/x", "/etc/a.conf is a file: nothing lies below it."],
  ])("advice for %s that matches nothing", async (pattern, advice) => {
    expect(nearestPathAdvice(await system(), pattern)).toBe(advice);
  });
});

describe("takeAway", () => {
  const whiteouts = async (...patterns: string[]) => {
    const tree = await system();
    const layer = await layerOf(to => takeAway(tree, selectEntries(tree, patterns).selected, to));
    return layer.index.whiteouts;
  };

  it("removes whole folders at once", async () => {
    expect(await whiteouts("/usr", "/bin/sh")).toEqual(["bin/sh", "usr"]);
    expect(await whiteouts("/usr/share/locale/**")).toEqual([
      "usr/share/locale/de",
      "usr/share/locale/en_GB",
      "usr/share/locale/en_US",
      "usr/share/locale/locale.alias",
    ]);
  });

  it("spares folders that hold what stays", async () => {
    expect(await whiteouts("/usr/share", "!/usr/share/locale/en*/**")).toEqual([
      "usr/share/locale/de",
      "usr/share/locale/locale.alias",
      "usr/share/localedata",
    ]);
  });
});
