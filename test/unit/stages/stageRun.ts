import { Failure } from "../../../src/core/failure.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { openToolbox } from "../../../src/core/host/toolbox.ts";
import type {
  AnyStageKind,
  InputFile,
  ParameterPath,
  Place,
  StageContext,
} from "../../../src/core/stages/stage.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { tempFolder } from "../tree/layers.ts";

/** A failure with the parameter it was placed on, where the engine has a range of the recipe. */
export class PlacedFailure extends Failure {
  readonly parameter: ParameterPath;

  constructor(...[code, message, details]: Parameters<Place["fail"]>) {
    const file = "placed";
    const position = { line: 1, column: 1 };
    super(code, message, { ...details, range: { file, start: position, end: position } });
    this.parameter = details?.at ?? [];
  }
}

function placeIn(baseDir: string): Place {
  return {
    baseDir,
    arch: "x86_64",
    recipe: { name: "image", version: undefined },
    fail: (...failure) => new PlacedFailure(...failure),
  };
}

export interface StageRun {
  readonly layer: Layer;
  readonly warnings: readonly string[];
}

/** Runs a stage with the clock at 1000 on top of `below`. */
export async function runStage(
  kind: AnyStageKind,
  parameters: unknown,
  baseDir: string,
  below: readonly Layer[] = [],
  signal: AbortSignal = new AbortController().signal,
): Promise<StageRun> {
  const host: Host = { arch: "x86_64", cacheDir: baseDir, tools: openToolbox({}), env: {}, jobs: 1 };
  const warnings: string[] = [];
  const layer = createLayerBuilder({ folder: tempFolder(), clock: 1000 });
  const context: StageContext = {
    ...placeIn(baseDir),
    ...{ host, signal, layer, clock: 1000 },
    scratch: async () => tempFolder(),
    below: async () => stackLayers(below),
    adopt: () => {
      throw new Error("No layer was expected here.");
    },
    log: () => undefined,
    progress: () => undefined,
    warn: message => warnings.push(message),
  };
  await kind.apply(parameters as never, context, null);
  return { layer: await layer.finish(signal), warnings };
}

/** What the stage says it reads. */
export function inputsOf(kind: AnyStageKind, parameters: unknown, baseDir: string): readonly InputFile[] {
  return kind.inputs?.(parameters as never, placeIn(baseDir)) ?? [];
}
