import { describe, expect, it } from "vitest";
import { timezone } from "../../../src/core/stages/timezone.ts";
import { filesLayer } from "../tree/layers.ts";
import { runSettings } from "./settingsRun.ts";

const zones = {
  "usr/share/zoneinfo/Etc/UTC": "TZif",
  "usr/share/zoneinfo/UTC": "-> Etc/UTC",
  "usr/share/zoneinfo/Europe/Stockholm": "TZif",
  "usr/share/zoneinfo/Europe/Berlin": "TZif",
  "usr/share/zoneinfo/zone.tab": "x",
};

describe("timezone", () => {
  it("links the zone of the tree, and names it where Debian looks", async () => {
    const debian = await filesLayer({
      ...zones,
      "etc/debian_version": "12",
      "etc/localtime": "-> /usr/share/zoneinfo/Etc/UTC",
    });
    const { tree, text } = await runSettings(timezone, "Europe/Stockholm", [debian]);
    expect(tree.get("etc/localtime")).toMatchObject({ target: "../usr/share/zoneinfo/Europe/Stockholm" });
    expect(await text("etc/localtime")).toBe("TZif");
    expect(await text("etc/timezone")).toBe("Europe/Stockholm\n");
    const other = await runSettings(timezone, "UTC", [await filesLayer(zones)]);
    expect(other.layer.index.entries.map(entry => entry.path)).toEqual(["etc/localtime"]);
  });

  it("sets UTC without any zones by taking the old zone away", async () => {
    const { tree, layer } = await runSettings(timezone, "UTC", [
      await filesLayer({ "etc/localtime": "TZif" }),
    ]);
    expect(tree.get("etc/localtime")).toBeUndefined();
    expect(layer.index.whiteouts).toEqual(["etc/localtime"]);
    expect((await runSettings(timezone, "UTC")).layer.index).toEqual({
      entries: [],
      whiteouts: [],
      opaque: [],
    });
  });

  it.each([
    ["Europe/Stokholm", "Europe/Stockholm"],
    ["Stockholm", "Europe/Stockholm"],
    ["Sweden/Stockholm", "Europe/Stockholm"],
    ["Mars/Olympus", "It has 4"],
  ])("refuses %s and says what is near", async (zone, near) => {
    await expect(runSettings(timezone, zone, [await filesLayer(zones)])).rejects.toMatchObject({
      code: "timezone-unknown",
      advice: expect.stringContaining(near),
    });
  });

  it("names the package that a tree without zones lacks", async () => {
    await expect(runSettings(timezone, "Europe/Berlin")).rejects.toMatchObject({
      code: "timezone-unknown",
      advice: expect.stringContaining("tzdata"),
    });
  });
});
