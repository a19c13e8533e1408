import { resolve } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { type PackageVersion, packagePattern } from "../debian/package.ts";
import { sourceInputs } from "../kconfig/build/sourceInputs.ts";
import { fragmentInputs } from "../kconfig/readFragments.ts";
import { atParameter } from "./atParameter.ts";
import type { Program } from "./busybox/program.ts";
import type { BusyboxFacts } from "./busybox/source/facts.ts";
import { type BusyboxFromSource, busyboxSourceFields } from "./busybox/source/schema.ts";
import {
  defineStage,
  type InputFile,
  type Json,
  type ParameterPath,
  type Place,
  type StageContext,
} from "./stage.ts";

const shared = {
  applets: Type.Optional(
    Type.Union(
      [
        Type.Literal("all", { description: "Every command that this BusyBox has." }),
        Type.Literal("none", { description: "Only /bin/busybox itself." }),
        Type.Array(Type.String({ minLength: 1, description: "Name of an applet, as `ls`." }), {
          description: "These applets.",
          uniqueItems: true,
        }),
      ],
      {
        default: "all",
        description: "Which applets get a link, in the folder where BusyBox itself would put it.",
      },
    ),
  ),
  links: Type.Optional(
    Type.Union(
      [
        Type.Literal("symbolic", { description: "Links to /bin/busybox." }),
        Type.Literal("hard", {
          description: "Further names of the one file; they hide which file they belong to.",
        }),
      ],
      { default: "symbolic", description: "How the applets are linked." },
    ),
  ),
  init: Type.Optional(
    Type.Boolean({
      default: true,
      description:
        "Whether /sbin/init is BusyBox, whatever `applets` says; false leaves it to somebody else.",
    }),
  ),
};

const parameters = Type.Union([
  Type.Object(
    {
      package: Type.Optional(
        Type.String({
          pattern: packagePattern,
          patternErrorMessage: "a package name, or NAME=VERSION",
          default: "busybox-static",
          description: "Debian or Ubuntu package with a static busybox; `NAME=VERSION` for one version.",
        }),
      ),
      ...shared,
    },
    { additionalProperties: false, description: "BusyBox from a Debian or Ubuntu package." },
  ),
  Type.Object(
    {
      file: Type.String({
        minLength: 1,
        format: "path",
        description: "A static busybox program for the recipe's architecture, relative to the recipe file.",
      }),
      ...shared,
    },
    { additionalProperties: false, description: "A BusyBox that you have built." },
  ),
  Type.Object(
    { ...busyboxSourceFields, ...shared },
    { additionalProperties: false, description: "A BusyBox built from source, for this image." },
  ),
]);

type Parameters = Static<typeof parameters>;
type FromPackage = Exclude<Parameters, { file: string } | { source: unknown }>;

/** `busybox`: one static program and the links that make it a system's commands. */
export const busybox = defineStage({
  kind: "busybox",
  version: 1,
  icon: "terminal-linux",
  summary:
    "Adds BusyBox, one small static program, packaged or built from source, and a link for each of its commands.",
  parameters,
  readsTree: false,
  example: "{ applets: all }",
  inputs(given, place) {
    if ("source" in given) return sourceFiles(given, place);
    return "file" in given ? [{ path: resolve(place.baseDir, given.file), at: ["file"] }] : [];
  },
  async resolve(given, context) {
    if ("source" in given) {
      const { busyboxFacts } = await import("./busybox/source/facts.ts");
      return busyboxFacts(given, context);
    }
    if ("file" in given) return null;
    const { resolvePackage } = await import("../debian/resolvePackage.ts");
    const wanted = packageOf(given);
    const { host, arch, signal } = context;
    const { depends: _, ...version } = await atParameter(context, ["package"], () =>
      resolvePackage(host, { package: wanted, arch, signal }),
    );
    return version;
  },
  packages(given, resolved) {
    if ("source" in given) {
      const { source } = resolved as unknown as BusyboxFacts;
      return [{ name: "busybox", version: source.version ?? "unknown", type: "source" }];
    }
    if ("file" in given) return [];
    const found = resolved as unknown as PackageVersion;
    return [{ name: found.package, version: found.version, type: "deb" }];
  },
  async apply(given, context, resolved) {
    const { addBusybox } = await import("./busybox/addBusybox.ts");
    const at = "source" in given ? ["source"] : "file" in given ? ["file"] : ["package"];
    const program = await obtainProgram(given, at, context, resolved);
    await addBusybox(program, { ...given, at }, context);
  },
});

async function obtainProgram(
  given: Parameters,
  at: ParameterPath,
  context: StageContext,
  resolved: Json,
): Promise<Program> {
  if ("source" in given) {
    const { sourceProgram } = await import("./busybox/source/sourceProgram.ts");
    return sourceProgram(given, resolved as unknown as BusyboxFacts, context);
  }
  const { packagedProgram, programFile } = await import("./busybox/program.ts");
  return atParameter(context, at, () =>
    "file" in given
      ? programFile(resolve(context.baseDir, given.file), context)
      : packagedProgram(resolved as unknown as PackageVersion, context),
  );
}

function sourceFiles({ source, config, fragments = [] }: BusyboxFromSource, place: Place): InputFile[] {
  const isFile = config !== undefined && config !== "allnoconfig" && config !== "defconfig";
  return [
    ...sourceInputs(source, place),
    ...(isFile ? [{ path: resolve(place.baseDir, config), at: ["config"] }] : []),
    ...fragmentInputs(fragments, place),
  ];
}

function packageOf(given: FromPackage): string {
  return given.package ?? "busybox-static";
}
