import { resolve } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { type PinnedPackage, packagePattern } from "../pacman/package.ts";
import { choiceField, hostPathField, sha256Field } from "../recipe/fields.ts";
import { isUrl } from "./archive/source.ts";
import { atParameter } from "./atParameter.ts";
import { defineStage } from "./stage.ts";

const serverDescription =
  "Address of a repository's folder, with `$repo` and `$arch` as in pacman.conf: https, file, or a path relative to the " +
  "recipe file.";

const repositoryName = Type.String({
  pattern: "^[A-Za-z0-9@_+][A-Za-z0-9@._+-]*$",
  patternErrorMessage: "the name of a repository, such as core",
  description: "Name of a repository; its servers are those of `mirrors`.",
});

const siglevel = choiceField(["required", "optional", "never"], {
  enumDescriptions: [
    "Each package has a signature by a key of the keyring that can be trusted.",
    "A signature that is there must be good and its key in the keyring; there need not be one.",
    "Signatures are not looked at: the repository's database alone vouches for its packages.",
  ],
  description:
    "Whether packages must be signed. Default: required; optional when all servers are folders of this machine.",
});

/** The schema of `arch`. */
export const archParameters = Type.Object(
  {
    packages: Type.Optional(
      Type.Array(
        Type.String({
          pattern: packagePattern,
          patternErrorMessage: "the name of a package or group, or NAME=VERSION",
          description: "Package, group, or `NAME=VERSION` for one version.",
        }),
        {
          minItems: 1,
          uniqueItems: true,
          default: ["base"],
          description: "Packages and groups to install; what they need comes with them.",
        },
      ),
    ),
    repositories: Type.Optional(
      Type.Array(
        Type.Union([
          repositoryName,
          Type.Object(
            {
              name: repositoryName,
              servers: Type.Optional(
                Type.Array(Type.String({ minLength: 1, description: serverDescription }), {
                  minItems: 1,
                  description: "Where this repository lies; the first that answers is taken.",
                }),
              ),
              siglevel: Type.Optional(siglevel),
            },
            { additionalProperties: false, description: "A repository with servers or rules of its own." },
          ),
        ]),
        {
          minItems: 1,
          default: ["core", "extra"],
          description: "Repositories, those that are asked first at the top.",
        },
      ),
    ),
    mirrors: Type.Optional(
      Type.Array(Type.String({ minLength: 1, description: serverDescription }), {
        minItems: 1,
        default: [
          "https://geo.mirror.pkgbuild.com/$repo/os/$arch",
          "https://mirror.rackspace.com/archlinux/$repo/os/$arch",
        ],
        description: "Servers of all repositories that name none; the first that answers is taken.",
      }),
    ),
    snapshot: Type.Optional(
      Type.String({
        pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        patternErrorMessage: "a date, such as 2026-11-01",
        description:
          "A day (YYYY-MM-DD) whose packages are taken from https://archive.archlinux.org instead of `mirrors`.",
      }),
    ),
    keyring: Type.Optional(
      hostPathField({
        description:
          "Public keys that packages are signed with: a file (NAME.gpg, with NAME-trusted and NAME-revoked beside it as " +
          "pacman-key has them) or a folder of such files, relative to the recipe file. Default: this system's " +
          "archlinux-keyring.",
      }),
    ),
    bootstrap: Type.Optional(
      Type.Object(
        {
          source: Type.String({
            minLength: 1,
            description:
              "Path, relative to the recipe file, or https URL of Arch's bootstrap tarball (archlinux-bootstrap-*.tar.zst).",
          }),
          sha256: Type.Optional(
            sha256Field({
              description: "SHA-256 of the tarball, 64 hexadecimal digits. A URL must have it.",
            }),
          ),
        },
        {
          additionalProperties: false,
          description: "Takes pacman from this tarball instead of from the system that builds.",
        },
      ),
    ),
  },
  { additionalProperties: false, description: "An Arch Linux system, installed by pacman." },
);

export type ArchParameters = Static<typeof archParameters>;

/** `arch`: packages of Arch Linux, or of any repositories for pacman, installed with their scripts and hooks. */
export const arch = defineStage({
  kind: "arch",
  version: 1,
  icon: "package",
  summary: "Installs Arch Linux packages with pacman, with their scripts and hooks.",
  parameters: archParameters,
  readsTree: false,
  example: "{ packages: [base] }",
  inputs({ keyring, bootstrap }, place) {
    const paths = [
      ...(keyring === undefined ? [] : [{ path: keyring, at: ["keyring"] }]),
      ...(bootstrap && !isUrl(bootstrap.source)
        ? [{ path: bootstrap.source, at: ["bootstrap", "source"] }]
        : []),
    ];
    return paths.map(({ path, at }) => ({ path: resolve(place.baseDir, path), at }));
  },
  async resolve(given, context) {
    const { resolveArch } = await import("./arch/resolveArch.ts");
    return resolveArch(given, context);
  },
  async apply(given, context, resolved) {
    const { installArch } = await import("./arch/installArch.ts");
    await atParameter(context, [], () =>
      installArch(given, resolved as unknown as readonly PinnedPackage[], context),
    );
  },
});
