import { describe, expect, it } from "vitest";
import { quoted, readAssignments, setAssignments } from "../../../src/core/stages/settings/assignments.ts";

describe("assignments in a text", () => {
  it("are set in their place, without doubles, and new ones come last in the order of the alphabet", () => {
    const text = "# head\nB=1\nA=old\n\n  B = no assignment\nB=2\nC=3\n";
    expect(setAssignments(text, { B: "9", Z: "z", D: "d", C: null })).toBe(
      "# head\nA=old\n\n  B = no assignment\nB=9\nD=d\nZ=z\n",
    );
  });

  it("leave everything else byte for byte, a missing line break too", () => {
    expect(setAssignments("A=1\r\n# \xff", { B: null })).toBe("A=1\r\n# \xff");
    expect(setAssignments("A=1", { A: "1" })).toBe("A=1");
    expect(setAssignments(undefined, { A: "1" })).toBe("A=1\n");
  });

  it("are quoted as os-release(5) wants it, and read back", () => {
    for (const value of ["", "plain-1.0", "two words", `all of " $ \` \\ '`, "späß", "a;b"]) {
      expect(readAssignments(`X=${quoted(value)}`).get("X")).toBe(value);
    }
    expect(quoted("12")).toBe("12");
    expect(quoted('a "b" $c')).toBe('"a \\"b\\" \\$c"');
    expect(readAssignments("ID='debian'\n#NO=1\nexport E=2").get("ID")).toBe("debian");
  });
});
