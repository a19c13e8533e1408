import { StringDecoder } from "node:string_decoder";

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters.
const sequence = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-OQ-WYZ\\`-~])|\r/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, cut off by the end of a chunk.
const begun = /\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)$/;
const longestSequence = 1024;

/**
 * Makes text out of what a terminal gets: no escape sequences, no carriage returns. Sequences and characters may be
 * split between chunks in any way.
 */
export function plainText(): (bytes: Uint8Array) => string {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return bytes => {
    const text = rest + decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const cut = text.slice(-longestSequence).search(begun);
    const whole = cut < 0 ? text : text.slice(0, Math.max(0, text.length - longestSequence) + cut);
    rest = text.slice(whole.length);
    return whole.replace(sequence, "");
  };
}
