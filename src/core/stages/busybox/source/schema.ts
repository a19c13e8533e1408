import { type Static, Type } from "@sinclair/typebox";
import { sourceField, sourceSha256 } from "../../../kconfig/build/sourceFields.ts";
import { fragmentsField } from "../../../kconfig/fragments.ts";
import { hostPathField } from "../../../recipe/fields.ts";

/** What stands beside `source`. */
export const busyboxSourceFields = {
  source: sourceField({
    what: "BusyBox's source",
    file: "busybox-1.36.1.tar.bz2",
    package: "busybox",
    packageDescription:
      "Debian or Ubuntu source package, with the distribution's patches; `NAME=VERSION` for one version.",
  }),
  sha256: Type.Optional(sourceSha256),
  config: Type.Optional(
    Type.Union(
      [
        Type.Literal("allnoconfig", { description: "Everything off: fragments say what it has." }),
        Type.Literal("defconfig", { description: "BusyBox's defaults: nearly everything." }),
        hostPathField({
          examples: ["busybox.config"],
          description:
            "Path of a .config, relative to the recipe file. An option in it that the source does not have, or that " +
            "cannot be had, fails the build.",
        }),
      ],
      {
        default: "defconfig",
        description: "What the configuration begins with. CONFIG_STATIC is switched on in any case.",
      },
    ),
  ),
  fragments: Type.Optional(fragmentsField("BusyBox")),
};

const fields = Type.Object(busyboxSourceFields);

export type BusyboxFromSource = Static<typeof fields>;
