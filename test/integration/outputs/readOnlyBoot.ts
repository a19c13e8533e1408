import { createHash } from "node:crypto";
import { expect } from "vitest";
import { readTreeFile } from "../../../src/core/tree/readFile.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { expectedLines } from "./readOnlySystem.ts";

/** Looks for all of a tree in what readOnlySystem()'s guest said. */
export async function expectTree(said: string, tree: Tree): Promise<void> {
  const lines = said.replaceAll("\r", "");
  for (const line of expectedLines) expect(lines).toContain(line);
  for (const path of ["bin/random", "etc/text", "srv/a file with a name 399", "var/sparse"]) {
    const file = tree.get(path);
    if (file?.type !== "file") throw new Error(`${path} is not there.`);
    const sum = createHash("md5")
      .update(await readTreeFile(file))
      .digest("hex");
    expect(lines).toContain(`${sum}  /${path}`);
  }
}
