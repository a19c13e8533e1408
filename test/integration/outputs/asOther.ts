import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * The sha256 of what an output makes of one tree, in a process of the same user and in one of another user, each in a
 * folder of its own.
 * @param kind file and name of the output
 * @param given its parameters
 */
export async function sameAsOther(
  kind: string,
  given: object = {},
): Promise<{ readonly mine: string; readonly theirs: string }> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-other-"));
  try {
    await chmod(folder, 0o777);
    const script = join(folder, "make.mts");
    const here = import.meta.dirname;
    await writeFile(
      script,
      `import { openBench, makeOutput, sha256Of } from ${JSON.stringify(join(here, "outputBench.ts"))};
import { everything } from ${JSON.stringify(join(here, "readOnlyTree.ts"))};
import { ${kind} } from ${JSON.stringify(join(here, `../../../src/core/outputs/${kind}.ts`))};
const bench = await openBench();
try {
  const tree = await bench.tree(everything);
  const { image } = await makeOutput(${kind}, ${JSON.stringify(given)}, bench.context(tree));
  console.log(await sha256Of(image.path));
} finally {
  await bench.close();
}
`,
    );
    const node = [process.execPath, "--experimental-strip-types", "--no-warnings", script];
    const other =
      process.getuid?.() === 0
        ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        : ["fakeroot"];
    const [mine, theirs] = await Promise.all([
      run(node[0] ?? "", node.slice(1)),
      run(other[0] ?? "", [...other.slice(1), ...node], { env: { ...process.env, HOME: folder } }),
    ]);
    return { mine: mine.stdout, theirs: theirs.stdout };
  } finally {
    await rm(folder, { recursive: true });
  }
}
