import { Failure } from "../../core/failure.ts";
import { parseDestination } from "../../core/push/destination.ts";
import { outputToPush, ownReference } from "../../core/push/outputToPush.ts";
import { pushOutput } from "../../core/push/pushOutput.ts";
import { formatBytes } from "../../shared/bytes.ts";
import type { PushReport } from "../../shared/report.ts";
import { writeJson } from "../json.ts";
import { openRecipe } from "../openRecipe.ts";
import { pushListener } from "../pushListener.ts";
import { interruption } from "../runCommand.ts";
import { type BuildOptions, buildOpened } from "./build.ts";

export interface PushOptions extends Omit<BuildOptions, "output"> {
  readonly output?: string;
  readonly tag?: readonly string[];
}

/** `whittle push`: builds what is not up to date, then pushes one output. */
export async function push(
  path: string,
  reference: string | undefined,
  options: PushOptions,
): Promise<number> {
  const { recipe, host } = await openRecipe(path, options);
  const output = outputToPush(recipe, options.output);
  const destination = parseDestination(
    reference ?? ownReference(output) ?? missing(output.name),
    options.tag,
  );
  host.tools.require("skopeo");
  const { output: _, ...rest } = options;
  const built = await buildOpened(recipe, host, { ...rest, output: [output.name] });
  const listener = pushListener(options);
  try {
    const { signal } = interruption;
    const report = await pushOutput({ recipe, output, built, destination }, { host, signal, ...listener });
    listener.end();
    if (options.json) writeJson(report);
    else process.stdout.write(describe(report));
    return 0;
  } finally {
    listener.end();
  }
}

function missing(output: string): never {
  throw new Failure("usage", `Say where to push ${output} to.`, {
    advice: "As in: whittle push RECIPE ghcr.io/ann/boots:1.0. An `oci` output may also say it with `tag`.",
  });
}

function describe({ reference, tags, bytes, seconds, digest }: PushReport): string {
  const lines = tags.map(({ reference: name, before }) => {
    if (before === undefined) return name;
    return `${name} (${before === digest ? "as before" : `was ${before}`})`;
  });
  const isAsBefore = tags.every(({ before }) => before === digest);
  const done = isAsBefore ? "Nothing is new in" : "Pushed";
  return `${[reference, ...lines].join("\n")}\n${done} ${formatBytes(bytes)}, ${seconds.toFixed(2)} s\n`;
}
