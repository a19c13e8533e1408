import { Value } from "@sinclair/typebox/value";
import { describe, expect, it } from "vitest";
import { hostname } from "../../../src/core/stages/hostname.ts";
import { filesLayer } from "../tree/layers.ts";
import { runSettings } from "./settingsRun.ts";

describe("hostname", () => {
  it("writes the name, and no hosts where there are none", async () => {
    const { layer, text } = await runSettings(hostname, "demo");
    expect(await text("etc/hostname")).toBe("demo\n");
    expect(layer.index.entries.map(entry => entry.path)).toEqual(["etc/hostname"]);
  });

  it.each([
    [
      "127.0.0.1\tlocalhost\n::1 localhost\n",
      "127.0.0.1\tlocalhost\n127.0.1.1\tdemo.example.org demo\n::1 localhost\n",
    ],
    [
      "# a\n127.0.1.1 old\n127.0.1.1 older\n10.0.0.1 x",
      "# a\n127.0.1.1\tdemo.example.org demo\n10.0.0.1 x\n",
    ],
    ["", "127.0.1.1\tdemo.example.org demo\n"],
  ])("gives the name its line in the hosts %j", async (before, after) => {
    const below = await filesLayer({ "etc/hosts": before });
    const { text } = await runSettings(hostname, "demo.example.org", [below]);
    expect(await text("etc/hosts")).toBe(after);
  });

  it.each(["-a", "a-", "a..b", "a_b", "a b", "", "a".repeat(64), `${"a".repeat(60)}.bcdef`])(
    "refuses %j",
    name => {
      expect(Value.Check(hostname.parameters, name)).toBe(false);
    },
  );

  it("is refused where a folder lies in the file's place", async () => {
    const below = await filesLayer({ "etc/hostname/": "" });
    await expect(runSettings(hostname, "demo", [below])).rejects.toMatchObject({
      code: "not-a-text-file",
      placedAt: [],
    });
  });

  it("changes nothing when everything is so already", async () => {
    const below = await filesLayer({
      "etc/hostname": "demo\n",
      "etc/hosts": "127.0.0.1 a\n127.0.1.1\tdemo\n",
    });
    const { layer } = await runSettings(hostname, "demo", [below]);
    expect(layer.index.entries).toEqual([]);
  });
});
