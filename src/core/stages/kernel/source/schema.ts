import { type Static, Type } from "@sinclair/typebox";
import { sourceField, sourceSha256 } from "../../../kconfig/build/sourceFields.ts";
import { fragmentsField } from "../../../kconfig/fragments.ts";
import { kernelConfigField } from "./baseConfig.ts";

/** Parameters of a kernel that is built from source. */
export const kernelSourceSchema = Type.Object(
  {
    source: sourceField({
      what: "the kernel's source",
      file: "linux-6.12.tar.xz",
      package: "linux-source-6.1",
      packageDescription:
        "Debian or Ubuntu package with the source, as linux-source-6.1; `NAME=VERSION` for one version.",
    }),
    sha256: Type.Optional(sourceSha256),
    config: Type.Optional(kernelConfigField),
    fragments: Type.Optional(fragmentsField("the kernel")),
    modules: Type.Optional(
      Type.Union(
        [
          Type.Literal("all", { description: "Every module that the configuration asks for." }),
          Type.Literal("none", { description: "The kernel image alone; modules are not even built." }),
        ],
        { default: "all", description: "Which of the kernel's modules go into the image." },
      ),
    ),
    strip: Type.Optional(
      Type.Boolean({ default: true, description: "Whether modules lose what only debuggers read." }),
    ),
    symbols: Type.Optional(
      Type.Boolean({ default: false, description: "Also /boot/System.map, which debuggers read." }),
    ),
  },
  { additionalProperties: false, description: "A kernel built from source, for this image." },
);

export type KernelFromSource = Static<typeof kernelSourceSchema>;
