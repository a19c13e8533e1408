import { describe, expect, it } from "vitest";
import { isConfigText, readConfigText, readConfigValues } from "../../../src/core/kconfig/configText.ts";
import { configLines, isAsAsked } from "../../../src/core/kconfig/option.ts";

describe("readConfigText", () => {
  it("reads options, with and without a value, and passes over comments", () => {
    const text =
      '# Serial\nCONFIG_TTY=y\r\n\n# CONFIG_NET is not set\n  CONFIG_NAME = "a \\"b\\" = c"\nCONFIG_X=0x2f\n';
    expect(readConfigText(text)).toEqual({
      options: [
        { name: "CONFIG_TTY", value: "y", line: 2 },
        { name: "CONFIG_NET", value: "n", line: 4 },
        { name: "CONFIG_NAME", value: '"a \\"b\\" = c"', line: 5 },
        { name: "CONFIG_X", value: "0x2f", line: 6 },
      ],
    });
  });

  it.each(["TTY=y", "CONFIG_TTY", "CONFIG_TTY=yes", 'CONFIG_NAME="open', "CONFIG_TTY: y"])(
    "finds that %s is none, and its line",
    line =>
      expect(readConfigText(`CONFIG_A=y\n${line}\nCONFIG_B=y\n`).wrong).toEqual({ line: 2, text: line }),
  );

  it("tells lines from the name of a file", () => {
    expect(["CONFIG_TTY=y", "# CONFIG_TTY is not set", "CONFIG_A=y\nCONFIG_B=y"].every(isConfigText)).toBe(
      true,
    );
    expect(["tiny.config", "config/CONFIG_a", "/etc/kernel"].some(isConfigText)).toBe(false);
  });

  it("leaves out of a finished configuration what is off", () => {
    expect([...readConfigValues("CONFIG_A=m\n# CONFIG_B is not set\n")]).toEqual([["CONFIG_A", "m"]]);
  });
});

describe("isAsAsked", () => {
  it.each([
    ["y", "y", true],
    ["y", "m", false],
    ["y", undefined, false],
    ["n", undefined, true],
    ["n", "m", false],
    ["16", "0x10", true],
    ["0x200000", "0x1000000", false],
    ['""', undefined, true],
    ['"a"', '"b"', false],
  ])("asked %s, became %s", (asked, became, same) => expect(isAsAsked(asked, became)).toBe(same));
});

it("writes options as a .config has them", () => {
  const options = [
    { name: "CONFIG_A", value: "y" },
    { name: "CONFIG_B", value: "n" },
  ];
  expect(configLines(options)).toBe("CONFIG_A=y\n# CONFIG_B is not set\n");
});
