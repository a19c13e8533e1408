import { resolve } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import type { PackageVersion } from "../debian/package.ts";
import { packagePattern } from "../debian/package.ts";
import { sourceInputs } from "../kconfig/build/sourceInputs.ts";
import { fragmentInputs } from "../kconfig/readFragments.ts";
import { atParameter } from "./atParameter.ts";
import { baseConfigInputs } from "./kernel/source/baseConfig.ts";
import type { KernelFacts } from "./kernel/source/facts.ts";
import { type KernelFromSource, kernelSourceSchema } from "./kernel/source/schema.ts";
import { defineStage, type InputFile, type ParameterPath, type Place, type StagePackage } from "./stage.ts";

const packageName = {
  pattern: packagePattern,
  patternErrorMessage: "a package name, or NAME=VERSION",
  examples: ["linux-image-cloud-amd64", "linux-image-amd64"],
  description:
    "Debian or Ubuntu package of the kernel, from the mirrors of this system; `NAME=VERSION` for one version. A " +
    "package that only points to the newest kernel is followed to it.",
};

const parameters = Type.Union([
  Type.String(packageName),
  Type.Object(
    {
      package: Type.String(packageName),
      modules: Type.Optional(
        Type.Union(
          [
            Type.Literal("all", { description: "Every module of the package." }),
            Type.Literal("none", { description: "The kernel image alone." }),
          ],
          { default: "all", description: "Which of the kernel's modules go into the image." },
        ),
      ),
      symbols: Type.Optional(
        Type.Boolean({ default: false, description: "Also /boot/System.map, which debuggers read." }),
      ),
      docs: Type.Optional(
        Type.Boolean({ default: false, description: "Also the package's files in /usr/share/doc." }),
      ),
    },
    { additionalProperties: false, description: "A kernel from a Debian or Ubuntu package." },
  ),
  Type.Object(
    {
      file: Type.String({
        minLength: 1,
        format: "path",
        description: "Kernel image (bzImage, or Image for aarch64), relative to the recipe file.",
      }),
      modules: Type.Optional(
        Type.String({
          minLength: 1,
          format: "path",
          description:
            "Its modules, relative to the recipe file: the folder lib/modules/VERSION or one above it, or a tar of it. " +
            "Without this the image gets none.",
        }),
      ),
    },
    { additionalProperties: false, description: "A kernel that you have built." },
  ),
  kernelSourceSchema,
]);

type Parameters = Static<typeof parameters>;
type FromPackage = Extract<Parameters, { package: string }>;

/** `kernel`: a kernel image in /boot with its modules, indexed by depmod. */
export const kernel = defineStage({
  kind: "kernel",
  version: 1,
  icon: "circuit-board",
  summary: "Adds a kernel and its modules, from a Debian package, from files, or built from source.",
  parameters,
  readsTree: false,
  example: "{ package: linux-image-cloud-amd64 }",
  inputs(given, place) {
    if (typeof given === "string") return [];
    if ("source" in given) return sourceFiles(given, place);
    if (!("file" in given)) return [];
    const { file, modules } = given;
    const paths = { file, ...(modules === undefined ? {} : { modules }) };
    return Object.entries(paths).map(([key, path]) => ({ path: resolve(place.baseDir, path), at: [key] }));
  },
  async resolve(given, context) {
    if (typeof given !== "string" && "source" in given) {
      const { kernelFacts } = await import("./kernel/source/facts.ts");
      return kernelFacts(given, context);
    }
    const { host, arch, signal } = context;
    const written = fromPackage(given);
    if (!written) return null;
    const { kernelPackages } = await import("./kernel/kernelPackages.ts");
    return atParameter(context, packagePlace(given), () =>
      kernelPackages(host, { package: written.package, arch, signal }),
    );
  },
  packages(given, resolved) {
    if (typeof given !== "string" && "source" in given) return builtFrom(resolved as unknown as KernelFacts);
    const found = (resolved ?? []) as unknown as readonly PackageVersion[];
    return found.map(each => ({ name: each.package, version: each.version, type: "deb" }));
  },
  async apply(given, context, resolved) {
    if (typeof given !== "string" && "source" in given) {
      const { addKernelSource } = await import("./kernel/source/addKernelSource.ts");
      return addKernelSource(given, resolved as unknown as KernelFacts, context);
    }
    if (typeof given !== "string" && "file" in given) {
      const { addKernelFile } = await import("./kernel/kernelFile.ts");
      return addKernelFile(given, context);
    }
    const written = fromPackage(given);
    const { addKernelPackages } = await import("./kernel/addKernelPackages.ts");
    return atParameter(context, packagePlace(given), () =>
      addKernelPackages(resolved as unknown as readonly PackageVersion[], written ?? {}, context),
    );
  },
});

function sourceFiles(given: KernelFromSource, place: Place): InputFile[] {
  const { source, config = "defconfig", fragments = [] } = given;
  return [
    ...sourceInputs(source, place),
    ...baseConfigInputs(config, place),
    ...fragmentInputs(fragments, place),
  ];
}

function builtFrom({ source }: KernelFacts): StagePackage[] {
  return [{ name: "linux", version: source.version ?? "unknown", type: "source" }];
}

function fromPackage(given: Parameters): FromPackage | undefined {
  if (typeof given === "string") return { package: given };
  return "package" in given ? given : undefined;
}

function packagePlace(given: Parameters): ParameterPath {
  return typeof given === "string" ? [] : ["package"];
}
