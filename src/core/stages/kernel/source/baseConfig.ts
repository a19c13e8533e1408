import { resolve } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { hostPathField } from "../../../recipe/fields.ts";
import type { InputFile, Place } from "../../stage.ts";

const file = (description: string) => hostPathField({ examples: ["kernel.config"], description });

/** Schema of `config`: what a kernel's configuration begins with. */
export const kernelConfigField = Type.Union(
  [
    Type.Literal("allnoconfig", {
      description: "Everything off that can be off: the smallest, which needs fragments to boot.",
    }),
    Type.Literal("tinyconfig", { description: "As allnoconfig, and optimised for size." }),
    Type.Literal("defconfig", { description: "The defaults of the architecture." }),
    Type.Object(
      {
        localmodconfig: hostPathField({
          examples: ["traces/lsmod.txt"],
          description:
            "File with the modules that are in use, one a line, as `lsmod` prints them: all other modules are left out.",
        }),
        from: Type.Optional(
          Type.Union(
            [
              Type.Literal("defconfig", { description: "The defaults of the architecture." }),
              file("Path of a .config, relative to the recipe file."),
            ],
            {
              default: "defconfig",
              description: "The configuration that modules are taken out of.",
            },
          ),
        ),
      },
      { additionalProperties: false, description: "A configuration without the modules that nobody uses." },
    ),
    file(
      "Path of a .config, relative to the recipe file. An option in it that the source does not have, or that cannot be had, fails the build.",
    ),
  ],
  { default: "defconfig", description: "What the configuration begins with." },
);

export type KernelConfig = Static<typeof kernelConfigField>;

/** A configuration to begin with, taken apart. */
export interface BaseConfig {
  /** One that the source makes by itself, or a file. */
  readonly start: "allnoconfig" | "tinyconfig" | "defconfig" | { readonly path: string };
  /** Absolute path of the list of modules in use. */
  readonly modulesInUse: string | undefined;
  /** Where the recipe names the file of `start`. */
  readonly at: readonly (string | number)[];
}

export function baseConfig(config: KernelConfig, { baseDir }: Pick<Place, "baseDir">): BaseConfig {
  if (typeof config === "object") {
    const { localmodconfig, from = "defconfig" } = config;
    const start = from === "defconfig" ? from : { path: resolve(baseDir, from) };
    return { start, modulesInUse: resolve(baseDir, localmodconfig), at: ["config", "from"] };
  }
  const isName = config === "allnoconfig" || config === "tinyconfig" || config === "defconfig";
  const start = isName ? config : { path: resolve(baseDir, config) };
  return { start, modulesInUse: undefined, at: ["config"] };
}

/** The files that a configuration begins with. */
export function baseConfigInputs(config: KernelConfig, place: Place): InputFile[] {
  const { start, modulesInUse, at } = baseConfig(config, place);
  return [
    ...(typeof start === "object" ? [{ path: start.path, at }] : []),
    ...(modulesInUse === undefined ? [] : [{ path: modulesInUse, at: ["config", "localmodconfig"] }]),
  ];
}
