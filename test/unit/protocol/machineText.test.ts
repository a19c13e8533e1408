import { describe, expect, it } from "vitest";
import type { MachineSummary } from "../../../src/shared/protocol/console.ts";
import { endLine, skippedLine, stateText } from "../../../webview/console/model/machineText.ts";

const machine: MachineSummary = { id: "m", name: "boots", state: "ready", accelerator: "tcg", memory: 64 };

describe("a machine in words", () => {
  it("says how long it took to be ready", () => {
    expect(stateText({ ...machine, readySeconds: 4.24 })).toBe("ready after 4.2 s");
    expect(stateText({ ...machine, state: "paused" })).toBe("paused");
  });

  it("ends with the reason and what to do", () => {
    const line = endLine({ ...machine, state: "failed", message: "No disk.", advice: "Build first." });
    expect(line).toContain("boots failed");
    expect(line).toContain("No disk. Build first.");
  });

  it("lets no escape sequence of a reason act on the terminal", () => {
    const line = endLine({ ...machine, state: "failed", message: "a\x1b]0;owned\x07b\x9bc" });
    expect(line).toContain("a ]0;owned b c");
  });

  it("says how much is missing", () => {
    expect(skippedLine(3 * 1024 * 1024)).toContain("3.0 MiB skipped");
  });
});
