import { describe, expect, it } from "vitest";
import { parseExpression } from "../../../src/core/kconfig/expression.ts";
import { levelOf, unmetParts } from "../../../src/core/kconfig/unmet.ts";
import { values } from "./sampleTree.ts";

const now = values({ NET: "y", CRC: "m", NAME: '"box"', BUFFER: "17", START: "0x10" });

describe("levelOf", () => {
  it.each([
    ["NET", 2],
    ["CRC", 1],
    ["PCI", 0],
    ["!CRC", 1],
    ["!PCI && NET", 2],
    ["PCI || CRC && NET", 1],
    ["(PCI || NET) && CRC", 1],
    ["CRC=m", 2],
    ["CRC != n", 2],
    ['NAME = "box"', 2],
    ["BUFFER > 12 && START <= 0x10", 2],
    ["y", 2],
    ["$(cc-option,-Os)", undefined],
    ["PCI && $(cc-option,-fx(y))", 0],
    ["NET || $(success,true)", 2],
  ])("%s", (text, level) => expect(levelOf(text, now)).toBe(level));

  it("counts what it cannot read as met", () => {
    expect(parseExpression("NET &&")).toBeUndefined();
    expect(parseExpression("NET NET")).toBeUndefined();
    expect(levelOf("NET && (", now)).toBe(2);
  });
});

describe("unmetParts", () => {
  it.each([
    ["NET && PCI", ["PCI is n"]],
    ["NET && (PCI || VIRT)", ["PCI is n", "VIRT is n"]],
    ["CRC", ["CRC is m"]],
    ["PCI && !NET", ["PCI is n", "NET is y"]],
    ["NET && CRC=y", ["CRC is m"]],
    ["!(NET || PCI)", ["NET is y"]],
    ["NET", []],
  ])("%s", (text, parts) => expect(unmetParts(text, now, 2)).toEqual(parts));

  it("lets a module need no more than a module", () => {
    expect(unmetParts("CRC", now, 1)).toEqual([]);
  });
});
