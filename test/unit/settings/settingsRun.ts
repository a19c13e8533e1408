import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Failure } from "../../../src/core/failure.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { openToolbox } from "../../../src/core/host/toolbox.ts";
import type { AnyStageKind, ParameterPath, Place } from "../../../src/core/stages/stage.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { readTreeFile } from "../../../src/core/tree/readFile.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";

/** A failure with the parameter it was placed on. */
export class PlacedFailure extends Failure {
  readonly placedAt: ParameterPath;

  constructor(...[code, message, details]: Parameters<Place["fail"]>) {
    const position = { line: 1, column: 1 };
    super(code, message, { ...details, range: { file: "placed", start: position, end: position } });
    this.placedAt = details?.at ?? [];
  }
}

export interface SettingsRun {
  readonly layer: Layer;
  /** The tree below with the layer on it. */
  readonly tree: Tree;
  readonly warnings: readonly string[];
  /** Everything the stage said: log lines and warnings. */
  readonly said: string;
  readonly resolved: unknown;
  text(path: string): Promise<string | undefined>;
}

export interface SettingsOptions {
  readonly baseDir?: string;
  readonly env?: Record<string, string | undefined>;
  /** Seconds since 1970; default 0, as in a build without SOURCE_DATE_EPOCH. */
  readonly clock?: number;
  readonly version?: string;
  readonly name?: string;
}

/** Runs all of a stage, checks and facts from outside included, on top of `below`. */
export async function runSettings(
  kind: AnyStageKind,
  parameters: unknown,
  below: readonly Layer[] = [],
  options: SettingsOptions = {},
): Promise<SettingsRun> {
  const folder = mkdtempSync(join(tmpdir(), "whittle-settings-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const env = options.env ?? process.env;
  const host: Host = { arch: "x86_64", cacheDir: folder, tools: openToolbox(env), env, jobs: 1 };
  const place: Place = {
    baseDir: options.baseDir ?? folder,
    arch: "x86_64",
    recipe: { name: options.name ?? "Demo Image", version: options.version },
    fail: (...failure) => new PlacedFailure(...failure),
  };
  const { signal } = new AbortController();
  const lines: string[] = [];
  const warnings: string[] = [];
  const log = (line: string) => void lines.push(line);
  kind.inputs?.(parameters, place);
  const resolved = (await kind.resolve?.(parameters, { ...place, host, signal, fresh: false, log })) ?? null;
  const clock = options.clock ?? 0;
  const builder = createLayerBuilder({ folder, clock, signal });
  await kind.apply(
    parameters,
    {
      ...place,
      ...{ host, signal, clock, layer: builder, log },
      scratch: async () => mkdtempSync(join(folder, "scratch-")),
      below: async () => stackLayers(below),
      adopt: () => {
        throw new Error("No layer was expected here.");
      },
      progress: () => undefined,
      warn: message => warnings.push(message),
    },
    resolved,
  );
  const layer = await builder.finish(signal);
  const tree = stackLayers([...below, layer]);
  return {
    ...{ layer, tree, warnings, resolved },
    said: [...lines, ...warnings].join("\n"),
    async text(path) {
      const entry = tree.resolve(path);
      return entry?.type === "file" ? (await readTreeFile(entry)).toString() : undefined;
    },
  };
}
