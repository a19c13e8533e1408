import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { removeFolder } from "../../../src/core/build/removeFolder.ts";
import { sweepTempFolders } from "../../../src/core/build/tempFolder.ts";

const script = fileURLToPath(new URL("../../fixtures/sandbox/sleepInSandbox.ts", import.meta.url));

/** Host processes that have the word as an argument. */
function processes(word: string): string[] {
  return readdirSync("/proc").filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(word);
    } catch {
      return false;
    }
  });
}

it("ends with a build that is killed, and the next one removes its files, whoever owns them", async () => {
  const seconds = `1000.${process.pid}`;
  // As editors do, which start us with files of their own still open.
  const open = openSync("/", "r");
  const child = spawn(process.execPath, [script, seconds], {
    stdio: ["ignore", "pipe", "inherit", open, open, open],
  });
  closeSync(open);
  if (!child.stdout) throw new Error("The process has no output.");
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  const folder = said.toString().trim().split(" ").at(-1) ?? "";
  try {
    expect(said.toString()).toMatch(/^up 0 1 2 3 /);
    expect(said.toString().split(" ")).toHaveLength(6);
    await expect.poll(() => processes(seconds).length).toBeGreaterThanOrEqual(3);
    const began = performance.now();
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect.poll(() => processes(seconds), { timeout: 2000 }).toEqual([]);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(folder);
    expect(readdirSync(join(folder, "temp"))).toHaveLength(1);
    await sweepTempFolders(join(folder, "temp"));
    expect(readdirSync(join(folder, "temp"))).toEqual([]);
  } finally {
    child.kill("SIGKILL");
    await removeFolder(folder);
  }
});
