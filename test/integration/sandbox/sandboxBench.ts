import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeFolder } from "../../../src/core/build/removeFolder.ts";
import { makeTempFolder } from "../../../src/core/build/tempFolder.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { openSandbox } from "../../../src/core/sandbox/openSandbox.ts";
import type { SandboxOutcome, SandboxTask } from "../../../src/core/sandbox/sandbox.ts";
import { fetchTogether } from "../../../src/core/sandbox/vm/helper/fetchTogether.ts";
import { packageClosure } from "../../../src/core/sandbox/vm/helper/packageClosure.ts";
import { addTools } from "../../../src/core/sandbox/vm/helper/toolsTree.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder, type LayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { readTreeFile } from "../../../src/core/tree/readFile.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";

/** How a command in a sandbox went. */
export interface Ran {
  readonly outcome: SandboxOutcome;
  /** What it changed. */
  readonly layer: Layer;
  /** The tree after it. */
  readonly tree: Tree;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly warnings: readonly string[];
  text(path: string): Promise<string>;
}

/** A real sandbox of this computer with a real small Debian tree, in a cache of its own. */
export interface SandboxBench {
  readonly folder: string;
  readonly host: Host;
  readonly base: Layer;
  /** A further layer. */
  layer(write: (layer: LayerBuilder) => Promise<void>): Promise<Layer>;
  run(script: string, more?: Partial<SandboxTask>, below?: readonly Layer[]): Promise<Ran>;
  close(): Promise<void>;
}

export const clock = 1_000_000_000;
const never = new AbortController().signal;

/** @param packages Debian packages that the tree is unpacked from; nothing is configured in it. */
export async function openSandboxBench(packages: readonly string[]): Promise<SandboxBench> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-sandbox-"));
  const cacheDir = join(folder, "cache");
  const host = openHost({ env: { ...process.env, WHITTLE_CACHE: cacheDir } });
  await mkdir(join(folder, "layers"));
  const layer = async (write: (layer: LayerBuilder) => Promise<void>): Promise<Layer> => {
    const builder = createLayerBuilder({ folder: join(folder, "layers"), clock, signal: never });
    await write(builder);
    return builder.finish(never);
  };
  const names = await packageClosure(host, { names: packages, arch: host.arch, signal: never });
  const temp = makeTempFolder(join(folder, "packages"));
  const request = { packages: names, arch: host.arch, temp, signal: never };
  const debs = await fetchTogether(host, request);
  const base = await layer(into => addTools(host, debs, into, never));
  return {
    folder,
    host,
    base,
    layer,
    async run(script, more = {}, below = [base]) {
      const signal = more.signal ?? never;
      const sandbox = await openSandbox(host, { signal });
      const stdout: string[] = [];
      const stderr: string[] = [];
      const warnings: string[] = [];
      let outcome: SandboxOutcome | undefined;
      const changes = await layer(async into => {
        outcome = await sandbox.run(
          {
            system: "tree",
            tree: stackLayers(below),
            command: ["/bin/sh", "-euc", script],
            onLine: (line, from) => (from === "stdout" ? stdout : stderr).push(line),
            onWarning: message => warnings.push(message),
            signal,
            clock,
            scratch: () => mkdtemp(join(folder, "scratch-")),
            ...more,
          },
          into,
        );
      });
      if (!outcome) throw new Error("The sandbox gave nothing.");
      const tree = stackLayers([...below, changes]);
      const text = async (path: string): Promise<string> => {
        const entry = tree.resolve(path);
        if (entry?.type !== "file") throw new Error(`There is no file ${path}.`);
        return (await readTreeFile(entry)).toString();
      };
      return { outcome, layer: changes, tree, stdout, stderr, warnings, text };
    },
    close: () => removeFolder(folder),
  };
}
