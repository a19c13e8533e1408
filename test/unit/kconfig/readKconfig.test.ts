import { describe, expect, it } from "vitest";
import { dependsOf, hasPrompt, promptNeeds } from "../../../src/core/kconfig/symbol.ts";
import { sample } from "./sampleTree.ts";

const only = (name: string) => {
  const [definition] = sample.get(name)?.definitions ?? [];
  if (!definition) throw new Error(`${name} was not read.`);
  return definition;
};

describe("readKconfig", () => {
  it("finds every symbol and its type, and takes no help text for one", () => {
    const types = [...sample].map(([name, { type }]) => `${name} ${type}`);
    expect(types.sort()).toEqual(
      [
        ["64BIT bool", "PCI bool", "NET bool", "INET bool", "FILTER tristate", "CRC tristate", "SLOW bool"],
        ["VIRT tristate", "EXPERT bool", "PRINTK bool", "BUFFER int", "START hex", "NAME string"],
        ["BY_GZIP bool", "BY_XZ bool"],
      ]
        .flat()
        .sort(),
    );
  });

  it("adds what encloses a symbol to what it depends on", () => {
    expect(dependsOf(only("INET"))).toEqual(["PRINTK=y && !SLOW", "PCI ||  \t\tVIRT", "NET"]);
    expect(dependsOf(only("FILTER"))).toEqual(["m || CRC", "NET"]);
    expect(dependsOf(only("CRC"))).toEqual([]);
  });

  it("knows what can be set by hand, and when", () => {
    const byHand = [...sample.values()].filter(hasPrompt).map(each => each.name);
    expect(byHand).not.toContain("CRC");
    expect(byHand).not.toContain("64BIT");
    expect(byHand).toContain("SLOW");
    expect(promptNeeds(only("PRINTK"))).toEqual(["EXPERT"]);
    expect(promptNeeds(only("PCI"))).toEqual(["!64BIT || EXPERT"]);
    expect(promptNeeds(only("INET"))).toEqual(["EXPERT"]);
  });

  it("remembers who selects and who shares a choice, and where it stands", () => {
    expect(sample.get("CRC")?.selectedBy).toEqual([{ name: "NET", condition: undefined }]);
    expect(only("BY_XZ").inside.at(-1)?.members).toEqual(["BY_GZIP", "BY_XZ"]);
    expect(only("INET").place).toBe("net/Kconfig:9");
  });
});
