import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "./figures.ts";
import { cli, inWorkplace, secondsOf } from "./workplace.ts";

// The initramfs comes from examples/boots. Its kernel has no modules for squashfs and erofs; test/integration/identical has
// every kind with every parameter that counts, also as another user.
const outputs = `
  - name: qcow2
    disk: { format: qcow2, compress: true }
  - name: both
    disk: { firmware: both, swap: 4M, pack: zst }
  - name: vhdx
    disk: { format: vhdx }
  - iso: {}
  - uki: {}
  - oci: {}
  - tar: { compress: xz }
`;

/** Two builds of examples/boots with separate, empty caches and in other folders, compared file by file. */
export async function identicalBytes(): Promise<Figure[]> {
  const build = (surroundings: NodeJS.ProcessEnv): Promise<ReadonlyMap<string, string>> =>
    inWorkplace(async ({ recipe, env }) => {
      const path = join(recipe, "boots.whittle.yaml");
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.replace("\nboot:", `${outputs}\nboot:`));
      secondsOf(process.execPath, [cli, "build", recipe], { ...env, ...surroundings });
      return digestsIn(join(recipe, "out/boots/.whittle/build.json"));
    });
  const first = await build({ TZ: "UTC" });
  const second = await build({ TZ: "Pacific/Auckland", LANG: "de_DE.UTF-8", SOURCE_DATE_EPOCH: "0" });
  const same = [...first].filter(([name, digest]) => second.get(name) === digest);
  const different = [...first.keys()].filter(name => !same.some(([each]) => each === name));
  return [
    {
      name: "files that are the same in two builds with empty caches",
      value: `${same.length} of ${first.size}${different.map(name => `, not ${name}`).join("")}`,
      promise: "all",
    },
  ];
}

/** The sha256 of each file that a build recorded, by its name. */
function digestsIn(record: string): ReadonlyMap<string, string> {
  const { outputs } = JSON.parse(readFileSync(record, "utf8")) as {
    readonly outputs: Readonly<
      Record<string, { readonly files: readonly { readonly fileName: string; readonly sha256: string }[] }>
    >;
  };
  const files = Object.values(outputs).flatMap(output => output.files);
  return new Map(files.map(({ fileName, sha256 }) => [fileName, sha256]));
}
