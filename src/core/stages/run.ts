import { resolve } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { hostPathField, imagePathField } from "../recipe/fields.ts";
import { checkMountTargets } from "./run/mountTargets.ts";
import { defineStage } from "./stage.ts";

const scriptDescription =
  "Text of the script. A first line that begins with #! says what runs it; otherwise it is /bin/sh, which stops at " +
  "the first command that fails and at the first variable that is not set.";

const shared = {
  shell: Type.Optional(
    Type.Union(
      [
        Type.String({
          minLength: 1,
          description: "The program, perhaps with options behind it, apart by spaces.",
        }),
        Type.Array(Type.String({ minLength: 1 }), {
          minItems: 1,
          description: "The program and its options, one a word.",
        }),
      ],
      {
        default: "/bin/sh -eu",
        description:
          "What runs the script: a program of the tree with its options; the script's path is added. Default: what the " +
          "script's #! line says, else /bin/sh -eu.",
        examples: ["/bin/bash -eu -o pipefail", "/usr/bin/python3"],
      },
    ),
  ),
  user: Type.Optional(
    Type.String({
      pattern: "^[a-zA-Z0-9_][a-zA-Z0-9_.-]*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]*)?$",
      patternErrorMessage:
        "a user of the tree, perhaps with a group, such as postgres, www-data:www-data or 1000",
      default: "root",
      description:
        "User of the tree that runs the script, by name or number; `USER:GROUP` for another group.",
    }),
  ),
  env: Type.Optional(
    Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }), Type.String(), {
      description:
        "Environment variables. The script sees these and a few fixed ones (PATH, HOME, USER, LOGNAME, LC_ALL, TZ, " +
        "SOURCE_DATE_EPOCH), and none of the host's.",
      examples: [{ DEBIAN_FRONTEND: "noninteractive" }],
    }),
  ),
  network: Type.Optional(
    Type.Boolean({
      default: false,
      description:
        "Lets the script reach the network, as this computer does: also what listens on 127.0.0.1. What it fetches there may " +
        "change from day to day without the stage being built anew.",
    }),
  ),
  mounts: Type.Optional(
    Type.Array(
      Type.Object(
        {
          from: hostPathField({ description: "File or folder, relative to the recipe file." }),
          to: imagePathField({
            description: "Where the script finds it; not in /dev, /proc or /sys, and not in another mount.",
          }),
        },
        { additionalProperties: false, description: "A file or folder of the host, and its place." },
      ),
      {
        description:
          "Files and folders of the host that the script may read; they do not get into the image.",
      },
    ),
  ),
  cwd: Type.Optional(
    imagePathField({ default: "/", description: "Folder in the image that the script starts in." }),
  ),
  timeout: Type.Optional(
    Type.Union(
      [
        Type.Number({ exclusiveMinimum: 0, description: "Seconds." }),
        Type.String({
          pattern: "^[0-9]+(\\.[0-9]+)?[smh]$",
          patternErrorMessage: "seconds, or a number with its unit, such as 90s, 10m or 2h",
          description: "A number with its unit: s, m or h.",
        }),
      ],
      { description: "The script is ended after this time. Default: no limit.", examples: ["10m"] },
    ),
  ),
};

const parameters = Type.Union([
  Type.String({ minLength: 1, description: scriptDescription }),
  Type.Object(
    { script: Type.String({ minLength: 1, description: scriptDescription }), ...shared },
    { additionalProperties: false, description: "A script and how it runs." },
  ),
  Type.Object(
    { file: hostPathField({ description: "The script, relative to the recipe file." }), ...shared },
    { additionalProperties: false, description: "A script in a file of its own and how it runs." },
  ),
]);

export type RunParameters = Static<typeof parameters>;

/** `run`: what a script changes in the tree. */
export const run = defineStage({
  kind: "run",
  version: 1,
  icon: "terminal",
  summary: "Runs a script in the tree, apart from the host; what it changes becomes the layer.",
  parameters,
  readsTree: true,
  example: "echo Welcome > /etc/motd",
  inputs(given, place) {
    if (typeof given === "string") return [];
    checkMountTargets(given.mounts ?? [], place);
    const mounts = (given.mounts ?? []).map(({ from }, index) => ({
      path: resolve(place.baseDir, from),
      at: ["mounts", index, "from"],
    }));
    return "file" in given ? [{ path: resolve(place.baseDir, given.file), at: ["file"] }, ...mounts] : mounts;
  },
  async apply(given, context) {
    const { runScript } = await import("./run/runScript.ts");
    await runScript(given, context);
  },
});
