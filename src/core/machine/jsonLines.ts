import { StringDecoder } from "node:string_decoder";

const longestLine = 4 * 1024 * 1024;

/**
 * Cuts a stream into lines of JSON; each is handed over as soon as it is complete.
 * @param onBroken called once for a line that is no JSON or does not end; nothing is read after it
 */
export function jsonLines(
  onMessage: (message: unknown) => void,
  onBroken: (line: string) => void,
): (bytes: Uint8Array) => void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let broken = false;
  const fail = (line: string): void => {
    broken = true;
    onBroken(line.slice(0, 200));
  };
  return bytes => {
    if (broken) return;
    rest += decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (broken) return;
      if (line.trim() === "") continue;
      const message = parse(line);
      if (message === undefined) fail(line);
      else onMessage(message);
    }
    if (rest.length > longestLine) fail(rest);
  };
}

/** One message as a line. */
export function jsonLine(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}

// JSON has no undefined, so it can stand for a line that is none.
function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether a parsed message is an object, so that its keys may be looked at. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
