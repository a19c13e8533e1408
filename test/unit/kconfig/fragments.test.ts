import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fitTypes } from "../../../src/core/kconfig/fitTypes.ts";
import { fragmentInputs, readFragments } from "../../../src/core/kconfig/readFragments.ts";
import { placeAt } from "./samplePlace.ts";
import { sample } from "./sampleTree.ts";

const baseDir = mkdtempSync(join(tmpdir(), "whittle-fragments-"));
afterAll(() => rmSync(baseDir, { recursive: true }));
writeFileSync(join(baseDir, "serial.config"), "CONFIG_NET=y\nCONFIG_PCI=y\n");
writeFileSync(join(baseDir, "broken.config"), "CONFIG_NET=y\nNET=y\n");
const place = placeAt(baseDir);

describe("fragments", () => {
  it("are merged in their order: the last value for an option counts, with its place", async () => {
    const given = [
      "serial.config",
      '# CONFIG_PCI is not set\nCONFIG_NAME="a"',
      { CONFIG_BUFFER: 12, CONFIG_NET: "m" },
    ];
    const options = await readFragments(given, place);
    expect(options.map(({ name, value, at }) => [name, value, at])).toEqual([
      ["CONFIG_PCI", "n", ["fragments", 1]],
      ["CONFIG_NAME", '"a"', ["fragments", 1]],
      ["CONFIG_BUFFER", "12", ["fragments", 2, "CONFIG_BUFFER"]],
      ["CONFIG_NET", "m", ["fragments", 2, "CONFIG_NET"]],
    ]);
  });

  it("say which line of a file asks", async () => {
    const [first] = await readFragments(["serial.config"], place);
    expect(first?.origin).toBe(`${join(baseDir, "serial.config")}:1`);
  });

  it("put texts in quotes and numbers into the base of their option", async () => {
    const given = [{ CONFIG_NAME: 'say "hi"', CONFIG_START: 2097152, CONFIG_BUFFER: 20, CONFIG_NET: "y" }];
    const options = fitTypes(await readFragments(given, place), sample);
    expect(options.map(each => each.value)).toEqual(['"say \\"hi\\""', "0x200000", "20", "y"]);
    expect(fitTypes([{ name: "CONFIG_NAME", value: "y", at: [] }], sample)[0]?.value).toBe('"y"');
  });

  it("name their files as inputs of the stage", () => {
    const inputs = fragmentInputs(["CONFIG_A=y", "serial.config", { CONFIG_A: "y" }], place);
    expect(inputs).toEqual([{ path: join(baseDir, "serial.config"), at: ["fragments", 1] }]);
  });

  it("are refused where they are no options, at their place", async () => {
    const check = (fragment: string | Record<string, string>) => () =>
      fragmentInputs(["CONFIG_A=y", fragment], place);
    expect(check("CONFIG_A=y\nCONFIG_B=yes")).toThrow(
      expect.objectContaining({
        code: "config-syntax",
        message: 'Line 2 of the options is no option: "CONFIG_B=yes".',
        parameter: ["fragments", 1],
      }),
    );
    expect(check({ TTY: "y" })).toThrow(
      expect.objectContaining({
        message: "`TTY` is no name of an option.",
        parameter: ["fragments", 1, "TTY"],
      }),
    );
    await expect(readFragments(["broken.config"], place)).rejects.toMatchObject({
      code: "config-syntax",
      message: expect.stringContaining("broken.config:2 is no option"),
    });
  });
});
