import { expect, it } from "vitest";
import { wholeCmdline } from "../../../src/core/outputs/usualCmdlines.ts";

it("a kernel that is told nothing writes to the serial line that its processor's machines have", () => {
  expect(wholeCmdline(undefined, "x86_64", ["rdinit=/sbin/init"])).toBe(
    "console=tty0 console=ttyS0 rdinit=/sbin/init",
  );
  expect(wholeCmdline(undefined, "aarch64", [])).toBe("console=tty0 console=ttyAMA0");
});

it("the recipe's words replace the usual ones, also by none", () => {
  expect(wholeCmdline("quiet", "aarch64", ["rdinit=/init"])).toBe("quiet rdinit=/init");
  expect(wholeCmdline("", "x86_64", [])).toBe("");
});
