import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { WorkContext } from "../../stages/stage.ts";
import type { Layer } from "../../tree/layer.ts";
import { createLayerBuilder } from "../../tree/layerBuilder.ts";
import { stackLayers } from "../../tree/stack.ts";
import { places, scriptOf } from "./places.ts";
import type { SourceTar } from "./unpackSource.ts";

/** A shell script that builds something. */
export interface BuildScript {
  readonly script: string;
  readonly source: SourceTar;
  /** Texts that the script finds in `$inputs`, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly packages: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  onLine(line: string): void;
}

/**
 * Runs a script apart from the host, without network.
 * @returns what it left in `$result`, as a layer with paths below `result/`; undefined when it failed.
 */
export async function runScript(
  sandbox: Sandbox,
  { script, source, inputs, packages, env, onLine }: BuildScript,
  context: WorkContext,
): Promise<Layer | undefined> {
  const scratch = await context.scratch();
  const inputFolder = join(scratch, "inputs");
  await mkdir(inputFolder);
  for (const [name, text] of Object.entries(inputs)) await writeFile(join(inputFolder, name), text);
  const { signal, clock } = context;
  const builder = createLayerBuilder({ folder: scratch, clock, signal });
  try {
    const { exitCode } = await sandbox.run(
      {
        system: { tools: [...packages, "libarchive-tools"] },
        tree: stackLayers([]),
        command: ["/bin/sh", "-c", scriptOf(script, source)],
        env,
        mounts: [
          { from: source.path, to: places.archive },
          { from: inputFolder, to: places.inputs },
        ],
        onLine,
        signal,
        clock,
        scratch: () => context.scratch(),
      },
      builder,
    );
    if (exitCode !== 0) return undefined;
    return await builder.finish(signal);
  } finally {
    // A finished layer's file stays.
    await builder.discard();
  }
}
