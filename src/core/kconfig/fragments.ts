import { Type } from "@sinclair/typebox";

/** Schema of `config` in stages that are built from source. @param names the configurations that the source brings. */
export const fragmentsField = (of: string) =>
  Type.Array(
    Type.Union([
      Type.String({
        minLength: 1,
        format: "path",
        examples: ["config/serial.config"],
        description:
          "Path of a file with lines as `CONFIG_TTY=y` or `# CONFIG_TTY is not set`, relative to the recipe file; or " +
          "such lines themselves.",
      }),
      Type.Record(
        Type.String(),
        Type.Union([
          Type.String({
            description:
              "`y`, `m` or `n`; any other text is written in quotes. A hexadecimal number: `0x200000`.",
            examples: ["y", "n", "m"],
          }),
          Type.Integer({ description: "A number." }),
        ]),
        { description: "Options by name, as `{ CONFIG_TTY: y, CONFIG_LOG_BUF_SHIFT: 12 }`." },
      ),
    ]),
    {
      description:
        `Options of ${of} that are to be other than \`config\` has them. Later ones win over earlier ones. ` +
        "An option that does not end up as asked fails the build and is named with the reason.",
    },
  );

/** Lines or the path of a file with lines, or options by name. */
export type Fragment = string | Readonly<Record<string, string | number>>;
