/** Follows what a kernel's or BusyBox's make says: how far it is, and what went wrong. */
export interface MakeOutput {
  take(line: string): void;
  /** Files made so far. */
  readonly done: number;
  /** How many there will be, by make's own reckoning; undefined until that is known. */
  readonly total: number | undefined;
  /** The first errors, files relative to the source; the last lines when nothing looks like an error. */
  problem(): string;
}

// `  CC [M]  drivers/tty/x.o`
const step = /^ {2}[A-Z][A-Z0-9_]+(?: \[M\])? {1,}\S/;
const rest = /^@steps (\d+)$/;
// A compiler's error has a place; the rest is said by linkers, assemblers and make itself.
const located = /^[^\s:]+:\d+(?::\d+)?: (?:fatal )?[Ee]rror\b/;
const others =
  /: undefined reference to|: multiple definition of|^ld: |No rule to make target|: not found$|cannot find|No space left|^\*\*\* |: Error:/;
const mostErrors = 5;
const mostLines = 12;

/** @param source where the source lies in the sandbox; cut off the names of files. */
export function followMake(source: string): MakeOutput {
  const errors: string[] = [];
  const second: string[] = [];
  const last: string[] = [];
  let done = 0;
  let expected: number | undefined;
  return {
    take(raw) {
      const more = rest.exec(raw)?.[1];
      if (more !== undefined) {
        expected = done + Number(more);
        return;
      }
      if (step.test(raw)) {
        done++;
        return;
      }
      const line = raw.replaceAll(`${source}/`, "");
      if (located.test(line)) addOnce(errors, line);
      else if (others.test(line)) addOnce(second, line);
      if (line.trim() === "" || /^make(?:\[\d+\])?: (?:Entering|Leaving) directory/.test(line)) return;
      last.push(line);
      if (last.length > mostLines) last.shift();
    },
    get done() {
      return done;
    },
    get total() {
      return expected === undefined ? undefined : Math.max(expected, done);
    },
    problem() {
      if (errors.length > 0) return errors.join("\n");
      return second.length > 0 ? second.join("\n") : last.join("\n");
    },
  };
}

function addOnce(list: string[], line: string): void {
  if (list.length < mostErrors && !list.includes(line)) list.push(line);
}
