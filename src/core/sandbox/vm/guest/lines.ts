import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

const longestLine = 64 * 1024;

/**
 * Calls with each line of a stream as soon as it is complete, without its end; with an unfinished last one when the
 * stream ends. A line longer than 64 KiB comes in parts.
 */
export function eachLine(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  stream.on("data", (bytes: Buffer) => {
    const lines = (rest + decoder.write(bytes)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line.replace(/\r$/, ""));
    for (; rest.length > longestLine; rest = rest.slice(longestLine)) onLine(rest.slice(0, longestLine));
  });
  return new Promise(resolve => {
    stream.once("close", () => {
      rest += decoder.end();
      if (rest !== "") onLine(rest);
      rest = "";
      resolve();
    });
  });
}
