import { lineMark, readMark, scriptFolder } from "./wrapper.ts";

/** Follows a script through what its shell writes to standard error. */
export interface ScriptFollower {
  /** The line as people shall see it; undefined when only the wrapper meant it. */
  take(line: string): string | undefined;
  /** Where the script ended, counting from 1; undefined when nothing told. */
  readonly line: number | undefined;
}

// dash: `start: 3: cd: …`; bash: `script: line 3: …`; BusyBox: `start: cd: line 3: …`.
const complaint = new RegExp(`^${scriptFolder}/\\w+: (?:.*?\\bline )?(\\d+): `);
const names = new RegExp(`${scriptFolder}/\\w+: `, "g");

export function followScript(script: string): ScriptFollower {
  const lines = script.split("\n").map(line => line.replace(/\r$/, ""));
  let reading = false;
  let read = 0;
  let told: number | undefined;
  let complained: number | undefined;
  const valid = (number: number | undefined): number | undefined =>
    number !== undefined && number >= 1 && number <= lines.length ? number : undefined;
  return {
    take(line) {
      if (line.startsWith(lineMark)) {
        told = Number(line.slice(lineMark.length));
        return undefined;
      }
      if (line === readMark) {
        reading = true;
        return undefined;
      }
      if (reading && line === lines[read]) {
        read += 1;
        return undefined;
      }
      const found = complaint.exec(line);
      // Only as the last words of all it is why the script ended.
      complained = found ? Number(found[1]) : undefined;
      return found ? line.replaceAll(names, "") : line;
    },
    get line() {
      return valid(complained) ?? valid(told) ?? valid(read);
    },
  };
}
