import { type StringOptions, Type } from "@sinclair/typebox";
import { sizePattern } from "./size.ts";

export { formatSize, parseSize } from "./size.ts";

/** A size with its unit: `64M` is 64 MiB. Read it with parseSize(). */
export const sizeField = (options: StringOptions) =>
  Type.String({
    pattern: sizePattern,
    patternErrorMessage: "a number and a unit, such as 512K, 64M (= 64 MiB) or 1.5G",
    ...options,
  });

/** Permission bits in octal: `"0755"`. Read it with parseMode(). */
export const modeField = (options: StringOptions) =>
  Type.String({
    pattern: "^[0-7]{3,4}$",
    patternErrorMessage: 'permission bits in octal, in quotes, such as "0644" or "0755"',
    ...options,
  });

/** Numeric owner and group: `"0:0"`. Read it with parseOwner(). */
export const ownerField = (options: StringOptions) =>
  Type.String({
    pattern: "^[0-9]{1,10}:[0-9]{1,10}$",
    patternErrorMessage: 'a numeric user and group id, such as "0:0" or "1000:1000"',
    ...options,
  });

/** The sha256 of a file, in hex. */
export const sha256Field = (options: StringOptions) =>
  Type.String({
    pattern: "^[0-9a-fA-F]{64}$",
    patternErrorMessage: "a sha256 in hex (64 digits)",
    ...options,
  });

/** A file or folder on the host, relative to the recipe that names it. Editors complete it from the disk. */
export const hostPathField = (options: StringOptions) =>
  Type.String({ minLength: 1, format: "path", ...options });

/** An absolute path inside the image. */
export const imagePathField = (options: StringOptions) =>
  Type.String({
    pattern: "^/",
    patternErrorMessage: "an absolute path in the image, such as /etc/hostname",
    ...options,
  });

/** A regular expression, as JavaScript reads them. Loading a recipe checks that it compiles. */
export const regexField = (options: StringOptions) =>
  Type.String({ minLength: 1, format: "regex", ...options });

/** One of a few words. A word may carry a line of explanation, which hover and completion show. */
export const choiceField = <const Word extends string>(
  words: readonly Word[],
  options: { description: string; default?: Word; enumDescriptions?: readonly string[] },
) => Type.Unsafe<Word>({ type: "string", enum: [...words], ...options });

/** @returns the bits, 0 to 0o7777, of a text that modeField() accepted */
export function parseMode(text: string): number {
  return Number.parseInt(text, 8);
}

/** @returns the ids of a text that ownerField() accepted */
export function parseOwner(text: string): { readonly uid: number; readonly gid: number } {
  const [uid = "0", gid = "0"] = text.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}
