import { resolve } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { Failure } from "../failure.ts";
import { atParameter } from "../stages/atParameter.ts";
import { compressField, compressionOf, levelField } from "./compress/compression.ts";
import { defineOutput } from "./output.ts";
import { usualCmdlines } from "./usualCmdlines.ts";

const usualCompression = "zstd";

const parameters = Type.Object(
  {
    cmdline: Type.Optional(
      Type.String({
        description:
          "The kernel's whole command line; whoever boots cannot change it under Secure Boot. `rdinit=` is added where the image has no /init.",
        default: usualCmdlines.x86_64,
        examples: ["quiet", "console=ttyS0"],
      }),
    ),
    compress: Type.Optional(compressField(usualCompression)),
    level: Type.Optional(levelField()),
    sign: Type.Optional(
      Type.Object(
        {
          key: Type.String({
            minLength: 1,
            format: "path",
            description: "Your private key (PEM), relative to the recipe file.",
          }),
          certificate: Type.String({
            minLength: 1,
            format: "path",
            description: "Its certificate (PEM), as the firmware has it.",
          }),
        },
        {
          additionalProperties: false,
          description:
            "Sign for Secure Boot, with sbsign and a key of yours: RSA with 2048 bits, without a password.",
        },
      ),
    ),
  },
  {
    additionalProperties: false,
    description: "The whole image, its kernel and its command line in one EFI program.",
  },
);

export type UkiParameters = Static<typeof parameters>;

/** The package that has systemd's stub. */
const stubPackage = "systemd-boot-efi";

export const uki = defineOutput({
  kind: "uki",
  version: 2,
  icon: "file-binary",
  summary: "One file that UEFI starts: a unified kernel image with the system inside.",
  parameters,
  example: '{ cmdline: "quiet" }',
  inputs({ sign }, place) {
    if (!sign) return [];
    return (["key", "certificate"] as const).map(name => ({
      path: resolve(place.baseDir, sign[name]),
      at: ["sign", name],
    }));
  },
  async resolve(_given, context) {
    const { resolvePackage } = await import("../debian/resolvePackage.ts");
    const { host, arch, signal } = context;
    const { depends: _, ...version } = await atParameter(context, [], () =>
      resolvePackage(host, { package: stubPackage, arch, signal, log: line => context.log(line) }),
    );
    return version;
  },
  async apply(given, context, resolved) {
    const compression = compressionOf(given, usualCompression, context);
    const { makeUki } = await import("./uki/makeUki.ts");
    return makeUki(given, compression, resolved, context);
  },
  boot(_given, files, firmware) {
    if (firmware === "bios") {
      throw new Failure("not-bootable", "A unified kernel image is an EFI program: a BIOS cannot start it.", {
        advice: "Remove boot.firmware, or boot another output.",
      });
    }
    const image = files.find(file => file.role === "image");
    return { kernel: image?.path, drives: [], cmdline: [], firmware: "uefi" };
  },
});
