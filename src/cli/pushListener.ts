import { formatBytes } from "../shared/bytes.ts";
import type { CommonOptions } from "./commonOptions.ts";
import { writeJson } from "./json.ts";

export interface PushListening {
  readonly onProgress: (done: number, total: number) => void;
  readonly onLog: (line: string) => void;
  /** Takes away the progress line. */
  end(): void;
}

/** Shows how far a push is: as JSON lines, as one line that rewrites itself, or as plain lines without amounts. */
export function pushListener(options: CommonOptions): PushListening {
  const none = () => undefined;
  if (options.json) {
    const onProgress = (done: number, total: number) =>
      writeJson({ type: "push-progress", done, total, unit: "bytes" });
    return { onProgress, onLog: none, end: none };
  }
  if (!process.stderr.isTTY) {
    return { onProgress: none, onLog: line => void process.stderr.write(`${line} …\n`), end: none };
  }
  let what = "";
  const show = (text: string) => {
    const width = (process.stderr.columns ?? 80) - 1;
    process.stderr.write(`\r\x1b[K${text.length > width ? `${text.slice(0, width - 1)}…` : text}`);
  };
  return {
    onProgress(done, total) {
      const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
      show(`${what} ${percent} % of ${formatBytes(total)}`);
    },
    onLog(line) {
      what = line;
      show(`${line} …`);
    },
    end: () => show(""),
  };
}
