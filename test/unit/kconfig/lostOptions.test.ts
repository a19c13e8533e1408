import { describe, expect, it } from "vitest";
import { lostOptions, lostOptionsFailure, settable } from "../../../src/core/kconfig/checkOptions.ts";
import type { AskedOption } from "../../../src/core/kconfig/option.ts";
import { placeAt } from "./samplePlace.ts";
import { sample, values } from "./sampleTree.ts";

const place = placeAt("/");
const ask = (name: string, value: string, index = 0): AskedOption => ({
  name: `CONFIG_${name}`,
  value,
  at: ["fragments", index],
});

/** The reason for one lost option. */
function why(name: string, value: string, became: Readonly<Record<string, string>>): string | undefined {
  const lost = lostOptions([ask(name, value)], values(became), sample);
  expect(lost.length).toBe(1);
  return lost[0]?.why;
}

describe("lostOptions", () => {
  it("finds nothing where all is as asked, absent being n", () => {
    const asked = [ask("NET", "y"), ask("PCI", "n"), ask("BUFFER", "12"), ask("NO_SUCH", "n")];
    expect(lostOptions(asked, values({ NET: "y", BUFFER: "12" }), sample)).toEqual([]);
  });

  it("shows the dependency that is not met, its own or of what encloses it", () => {
    expect(why("INET", "y", { NET: "y", PCI: "y", EXPERT: "y" })).toBe(
      "it depends on `PRINTK=y && !SLOW`, and PRINTK is n (net/Kconfig:9)",
    );
    expect(why("INET", "y", { PRINTK: "y", PCI: "y" })).toContain("it depends on `NET`, and NET is n");
    expect(why("INET", "y", { NET: "y", PRINTK: "y" })).toContain(
      "it depends on `PCI || VIRT`, and PCI is n, VIRT is n",
    );
    expect(why("FILTER", "y", { NET: "y", CRC: "m", FILTER: "m" })).toContain("CRC is m");
  });

  it("says when an option cannot be set by hand", () => {
    expect(why("CRC", "y", {})).toBe("nobody can set it by hand; CONFIG_NET switches it on");
    expect(why("PRINTK", "n", { PRINTK: "y" })).toContain(
      "it can be changed only if `EXPERT`, and EXPERT is n",
    );
    expect(why("64BIT", "n", { "64BIT": "y" })).toBe("nobody can set it by hand");
  });

  it("says who keeps an option on", () => {
    expect(why("CRC", "n", { NET: "y", CRC: "y" })).toBe("CONFIG_NET needs it");
  });

  it("knows choices, options that are no modules, and ranges", () => {
    expect(why("BY_XZ", "y", { BY_GZIP: "y" })).toBe("only one of a group can be y, and CONFIG_BY_GZIP is");
    expect(why("BY_GZIP", "n", { BY_GZIP: "y" })).toBe("one of its group must be on");
    expect(why("NET", "m", { NET: "y" })).toBe("it cannot be a module, only y or n");
    expect(why("BUFFER", "99", { BUFFER: "17" })).toBe("the value is outside of what is allowed");
  });

  it("leaves to a configuration file what follows from the rest, but not what the source lacks", () => {
    const own = [ask("CRC", "y"), ask("64BIT", "y"), ask("NET", "y"), ask("OLD", "y")];
    expect(settable(own, sample).map(each => each.name)).toEqual(["CONFIG_NET", "CONFIG_OLD"]);
  });
});

describe("lostOptionsFailure", () => {
  it("names each option, what it became and why, at the first", async () => {
    const asked = [ask("NETT", "y", 1), { ...ask("INET", "y", 2), origin: "net.config:7" }];
    const lost = lostOptions(asked, values({ NET: "y", PCI: "y" }), sample);
    expect(await lostOptionsFailure(lost, sample, "sample 1.0", place)).toMatchObject({
      code: "config-option-lost",
      message: [
        "2 options did not end up as asked:",
        "  CONFIG_NETT: sample 1.0 has no such option. Did you mean CONFIG_NET?",
        "  CONFIG_INET (net.config:7): asked to be y, became n, because it depends on `PRINTK=y && !SLOW`, and PRINTK is n (net/Kconfig:9).",
      ].join("\n"),
      parameter: ["fragments", 1],
    });
  });

  it("has a code of its own for options that do not exist", async () => {
    const lost = lostOptions([ask("BUFER", "12")], values({}), sample);
    expect(await lostOptionsFailure(lost, sample, "sample 1.0", place)).toMatchObject({
      code: "config-option-unknown",
      message: "CONFIG_BUFER: sample 1.0 has no such option. Did you mean CONFIG_BUFFER?",
    });
  });
});
