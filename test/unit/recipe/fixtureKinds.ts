// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are snippets, not templates.
import { Type } from "@sinclair/typebox";
import { buildRecipeSchema } from "../../../src/core/recipe/buildSchema.ts";
import {
  choiceField,
  hostPathField,
  imagePathField,
  modeField,
  sizeField,
} from "../../../src/core/recipe/fields.ts";
import type { Language } from "../../../src/core/recipe/loadRecipeIn.ts";
import type { SchemaNode } from "../../../src/core/recipe/schemaNode.ts";

const strict = { additionalProperties: false };

/** Kinds in every shape that parameters come in: a text, a list, a map, and unions of these. */
export const fixtureStages = [
  {
    kind: "files",
    icon: "files",
    summary: "Writes files.",
    example: "\n    - { path: ${1:/etc/hostname}, content: ${2:boots} }",
    parameters: Type.Array(
      Type.Object(
        {
          path: imagePathField({ description: "Where the file goes." }),
          content: Type.Optional(Type.String({ description: "Text of the file." })),
          mode: Type.Optional(modeField({ description: "Permission bits, octal.", default: "0644" })),
        },
        strict,
      ),
      { minItems: 1 },
    ),
  },
  {
    kind: "tree",
    icon: "folder",
    summary: "Copies a folder.",
    example: "${1:overlay}",
    parameters: Type.Union([
      hostPathField({ description: "Folder to copy." }),
      Type.Object(
        {
          source: hostPathField({ description: "Folder to copy." }),
          follow: Type.Optional(Type.Boolean({ description: "Whether links are followed.", default: false })),
        },
        strict,
      ),
    ]),
  },
  {
    kind: "kernel",
    icon: "chip",
    summary: "Brings a kernel.",
    example: "{ package: ${1:linux-image-cloud-amd64} }",
    parameters: Type.Union([
      Type.Object({ package: Type.String({ description: "Debian package." }) }, strict),
      Type.Object(
        {
          file: hostPathField({ description: "Kernel image." }),
          modules: Type.Optional(hostPathField({ description: "Folder of modules." })),
        },
        strict,
      ),
    ]),
  },
  {
    kind: "remove",
    icon: "trash",
    summary: "Removes paths.",
    example: "[ ${1:/usr/share/doc} ]",
    parameters: Type.Array(Type.String({ minLength: 1, description: "A glob." }), { minItems: 1 }),
  },
];

export const fixtureOutputs = [
  {
    kind: "initramfs",
    icon: "package",
    summary: "Makes an initramfs.",
    example: "{ compress: ${1|zstd,gzip,xz,none|} }",
    parameters: Type.Object(
      {
        compress: Type.Optional(
          choiceField(["zstd", "gzip", "xz", "none"], { description: "Compression.", default: "zstd" }),
        ),
      },
      strict,
    ),
    boot: () => ({ drives: [], cmdline: [] }),
  },
  {
    kind: "disk",
    icon: "database",
    summary: "Makes a disk image.",
    example: "{ format: ${1|qcow2,raw|} }",
    parameters: Type.Object(
      {
        format: Type.Union([Type.Literal("raw"), Type.Literal("qcow2")], { description: "File format." }),
        size: Type.Optional(sizeField({ description: "Size of the disk.", default: "64M" })),
      },
      strict,
    ),
    boot: () => ({ drives: [], cmdline: [] }),
  },
  {
    kind: "tar",
    icon: "archive",
    summary: "Makes a tar.",
    example: "{}",
    parameters: Type.Object({}, strict),
  },
];

export const fixtureSchema: SchemaNode = buildRecipeSchema(
  fixtureStages.map(kind => ({ ...kind })),
  fixtureOutputs,
);

export const fixtureLanguage: Language = {
  schema: fixtureSchema,
  stages: fixtureStages,
  outputs: fixtureOutputs,
};
