import { resolve } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { packagePattern } from "../debian/package.ts";
import type { DebianSystem } from "../debian/system/systemPackage.ts";
import { variants } from "../debian/system/variants.ts";
import { choiceField, hostPathField } from "../recipe/fields.ts";
import { defineStage } from "./stage.ts";

const parameters = Type.Object(
  {
    suite: Type.Optional(
      Type.String({
        pattern: "^[a-z][a-z0-9.-]*$",
        patternErrorMessage: "a suite, such as bookworm, stable or noble",
        examples: ["bookworm", "trixie", "stable", "unstable", "noble"],
        description:
          "Suite of Debian or Ubuntu, by codename or class. Default: that of this system where it is Debian or " +
          "Ubuntu, else stable.",
      }),
    ),
    variant: Type.Optional(
      choiceField(variants, {
        default: "minbase",
        description: "Which packages there are besides those named under `packages`, as mmdebstrap has them.",
        enumDescriptions: [
          "Nothing but `packages` and what they depend on, unpacked and not set up.",
          "Nothing but `packages` and what they depend on.",
          "Packages marked as essential.",
          "The essential packages and apt.",
          "The essential packages and those of priority required.",
          "The same as required: the smallest system that is one by Debian's own rules.",
          "Also those of priority important.",
          "Also those of priority standard: what an installed Debian begins with.",
        ],
      }),
    ),
    packages: Type.Optional(
      Type.Array(
        Type.String({
          pattern: packagePattern,
          patternErrorMessage: "a package name, or NAME=VERSION",
          examples: ["systemd-sysv", "udev", "openssh-server"],
          description: "`NAME`, or `NAME=VERSION` for that version and no other.",
        }),
        {
          uniqueItems: true,
          default: [],
          description:
            "Further packages; what they depend on comes along. With usr-is-merged among them, Debian 12 does " +
            "without usrmerge and perl.",
        },
      ),
    ),
    components: Type.Optional(
      Type.Array(
        Type.String({
          pattern: "^[a-z][a-z0-9./-]*$",
          patternErrorMessage: "a component, such as main or non-free-firmware",
          examples: ["main", "contrib", "non-free", "non-free-firmware", "universe"],
          description: "One component of the archive.",
        }),
        { minItems: 1, uniqueItems: true, default: ["main"], description: "Components of the archive." },
      ),
    ),
    mirrors: Type.Optional(
      Type.Array(
        Type.String({
          pattern: "^(?:deb\\s+(?:\\[[^\\]]*\\]\\s*)?)?[a-z][a-z0-9+-]*:[^\\s]+(?:\\s+[^\\n]+)?$",
          patternErrorMessage: "an URL, or a whole line `deb URL SUITE COMPONENT…`",
          examples: [
            "https://deb.debian.org/debian",
            "deb http://deb.debian.org/debian bookworm-backports main",
          ],
          description:
            "URL of a mirror (http, https, file), which is asked for `suite` and `components` alone; or a whole " +
            "line of a sources.list.",
        }),
        {
          minItems: 1,
          uniqueItems: true,
          description:
            "Where the packages come from. Default: this system's own mirrors where they have the suite, else " +
            "deb.debian.org or archive.ubuntu.com; both with the updates of a stable suite.",
        },
      ),
    ),
    keyring: Type.Optional(
      hostPathField({
        description:
          "Keyring that the mirrors are signed with, relative to the recipe file. Default: this system's keyring " +
          "for the suite.",
      }),
    ),
    recommends: Type.Optional(
      Type.Boolean({ default: false, description: "Packages that others only recommend come along too." }),
    ),
  },
  { additionalProperties: false, description: "A Debian or Ubuntu system, made from its packages." },
);

export type DebianParameters = Static<typeof parameters>;

/** `debian`: a base system of Debian or Ubuntu, through mmdebstrap. */
export const debian = defineStage({
  kind: "debian",
  version: 1,
  icon: "package",
  summary: "Installs a Debian or Ubuntu base system with the packages you name.",
  parameters,
  readsTree: false,
  example: "{ suite: bookworm, packages: [systemd-sysv] }",
  inputs({ keyring }, place) {
    return keyring === undefined ? [] : [{ path: resolve(place.baseDir, keyring), at: ["keyring"] }];
  },
  async resolve(given, context) {
    const { findSystem } = await import("./debian/findSystem.ts");
    return findSystem(given, context);
  },
  async apply(given, context, resolved) {
    const { installSystem } = await import("./debian/installSystem.ts");
    await installSystem(given, resolved as unknown as DebianSystem, context);
  },
});
