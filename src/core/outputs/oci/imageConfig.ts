import { isProgram } from "../initramfs/initProgram.ts";
import type { OciParameters } from "../oci.ts";
import type { OutputContext } from "../output.ts";
import type { HistoryStep } from "./imageLayers.ts";

const architectures = { x86_64: "amd64", aarch64: "arm64" } as const;

/** The image's configuration, after the image specification of the Open Container Initiative 1.1. */
export function imageConfig(given: OciParameters, steps: readonly HistoryStep[], context: OutputContext) {
  const { arch, clock } = context;
  const created = new Date(clock * 1000).toISOString().replace(".000Z", "Z");
  const diffs = steps.flatMap(({ tar }) => (tar ? [`sha256:${tar.digest}`] : []));
  return {
    created,
    architecture: architectures[arch],
    os: "linux",
    config: runConfig(given, context),
    rootfs: { type: "layers", diff_ids: diffs },
    history: steps.map(({ by, tar }) => ({ created, created_by: by, ...(tar ? {} : { empty_layer: true }) })),
  };
}

function runConfig({ env, entrypoint, cmd, labels, user, workdir }: OciParameters, { tree }: OutputContext) {
  const program = cmd ?? (entrypoint === undefined && isProgram(tree, "bin/sh") ? ["/bin/sh"] : undefined);
  return {
    ...(user === undefined ? {} : { User: user }),
    ...(env === undefined ? {} : { Env: sorted(env).map(([name, value]) => `${name}=${value}`) }),
    ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }),
    ...(program === undefined ? {} : { Cmd: program }),
    ...(workdir === undefined ? {} : { WorkingDir: workdir }),
    ...(labels === undefined ? {} : { Labels: Object.fromEntries(sorted(labels)) }),
  };
}

function sorted(values: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
