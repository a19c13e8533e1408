import { type Static, Type } from "@sinclair/typebox";
import { hostPathField, imagePathField, modeField, ownerField } from "../../recipe/fields.ts";

const owner = ownerField({ default: "0:0", description: "Owner and group as numbers, `uid:gid`." });

/** Schema of `files`: a list of single files, links, folders and devices. */
export const fileList = Type.Array(
  Type.Object(
    {
      path: imagePathField({ description: "Absolute path in the image." }),
      content: Type.Optional(Type.String({ description: "The file's content as text, stored as UTF-8." })),
      contentBase64: Type.Optional(
        Type.String({ description: "The file's content in base64, for what is not text." }),
      ),
      source: Type.Optional(
        hostPathField({
          description: "File on this machine to copy, relative to the recipe file. An executable stays one.",
        }),
      ),
      link: Type.Optional(
        Type.String({ minLength: 1, description: "Makes a symbolic link that points to this path." }),
      ),
      device: Type.Optional(
        Type.String({
          pattern: "^[bc] [0-9]+:[0-9]+$",
          patternErrorMessage: 'c or b, a space, and the numbers of the device, such as "c 5:1"',
          description: "Makes a device: c (character) or b (block), then `major:minor`, as in `c 5:1`.",
        }),
      ),
      directory: Type.Optional(Type.Literal(true, { description: "Makes a folder." })),
      mode: Type.Optional(
        modeField({
          description:
            "Permissions as octal digits in quotes. Default: 0644 for files (0755 for an executable source), 0755 for folders, " +
            "0600 for devices.",
        }),
      ),
      owner: Type.Optional(owner),
      xattrs: Type.Optional(
        Type.Record(Type.String(), Type.String(), {
          description: "Extended attributes by name: text, `0x` and hexadecimal digits, or `0s` and base64.",
        }),
      ),
    },
    {
      additionalProperties: false,
      description: "One thing: `path` and one of content, contentBase64, source, link, device, directory.",
    },
  ),
  { minItems: 1, description: "The files, links, folders and devices to put into the image." },
);

export type FileList = Static<typeof fileList>;
export type FileItem = FileList[number];
