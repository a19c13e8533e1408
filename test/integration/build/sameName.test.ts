import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { planBuild } from "../../../src/core/build/planBuild.ts";
import { runBuild } from "../../../src/core/build/runBuild.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { loadRecipe } from "../../../src/core/recipe/load.ts";

const { signal } = new AbortController();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "whittle-name-"));
});
afterEach(() => rm(folder, { recursive: true }));

const rest = "stages:\n  - files: [{ path: /a, content: x }]\noutputs:\n  - tar: {}\n";

async function build(name: string, outDir?: string): Promise<unknown> {
  const { recipe } = await loadRecipe({ file: join(folder, `${name}.whittle.yaml`) });
  if (!recipe) throw new Error("The recipe is not valid.");
  const host = openHost({ env: { ...process.env, WHITTLE_CACHE: join(folder, "cache") } });
  return runBuild(await planBuild(recipe, host, signal), host, { signal, outDir });
}

it.each(["name: one", 'name: "One" # again', "name: 'one'\r"])(
  "two recipes of one name in a folder are refused where the name stands, both files named: %s",
  async line => {
    await writeFile(join(folder, "one.whittle.yaml"), rest);
    await writeFile(join(folder, "two.whittle.yaml"), `# A comment\n${line}\n${rest}`);
    await writeFile(join(folder, "three.whittle.yaml"), `name: three\ndescription: "name: one"\n${rest}`);
    await expect(build("two")).rejects.toMatchObject({
      code: "name-taken",
      message: expect.stringMatching(/^two\.whittle\.yaml and one\.whittle\.yaml are both called [oO]ne, /),
      range: { file: join(folder, "two.whittle.yaml"), start: { line: 2 } },
    });
    await expect(build("one")).rejects.toMatchObject({
      code: "name-taken",
      range: { file: join(folder, "one.whittle.yaml"), start: { line: 1 } },
    });
    await expect(build("three")).resolves.toBeDefined();
    await expect(build("two", join(folder, "elsewhere"))).resolves.toBeDefined();
  },
);
