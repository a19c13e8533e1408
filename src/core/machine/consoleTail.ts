import { plainText } from "./console/plainText.ts";

/** Bytes of the console that a tail is made from. */
export const tailBytes = 16 * 1024;
const tailLines = 40;

/** The last lines of a console as plain text; empty when it said nothing. */
export function consoleTail(bytes: Uint8Array): string {
  const read = plainText();
  // A line feed ends whatever sequence the console broke off in.
  const text = read(bytes) + read(Buffer.from("\n"));
  return text.trim().split("\n").slice(-tailLines).join("\n");
}
