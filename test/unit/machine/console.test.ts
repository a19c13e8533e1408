import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HistoryRing } from "../../../src/core/machine/console/historyRing.ts";
import { PanicWatch } from "../../../src/core/machine/console/panicWatch.ts";
import { plainText } from "../../../src/core/machine/console/plainText.ts";
import { ReadyWatch } from "../../../src/core/machine/console/readyWatch.ts";
import { TerminalAnswers } from "../../../src/core/machine/console/terminalAnswers.ts";
import { consoleTail } from "../../../src/core/machine/consoleTail.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("history", () => {
  test("keeps the last bytes and counts the others, whatever the sizes", () => {
    const ring = new HistoryRing(1000);
    let all = "";
    for (let n = 0; n < 400; n += 1) {
      const text = `${n},`.repeat(n % 37);
      ring.push(bytes(text));
      all += text;
      expect(Buffer.from(ring.read()).toString()).toBe(all.slice(-1000));
      expect(ring.dropped).toBe(Math.max(0, all.length - 1000));
    }
    expect(Buffer.from(ring.read(7)).toString()).toBe(all.slice(-7));
  });

  test("one chunk larger than all of it leaves its end", () => {
    const ring = new HistoryRing(100_000, 5);
    ring.push(bytes("before"));
    ring.push(Buffer.alloc(150_000, "x"));
    expect(ring.read()).toHaveLength(100_000);
    expect(ring.dropped).toBe(5 + 6 + 50_000);
  });

  test("what was read does not change afterwards", () => {
    const ring = new HistoryRing(4);
    ring.push(bytes("abcd"));
    const before = ring.read();
    ring.push(bytes("xyz"));
    expect(Buffer.from(before).toString()).toBe("abcd");
  });
});

describe("plain text", () => {
  const styled = "\x1b[1;32mWelcome\x1b[0m\r\n\x1b]0;a title\x07\x1b(B\x1b[?25h\x1b]8;;x\x1b\\größe\r\n";

  test("has no escape sequences, however the bytes are cut", () => {
    const all = bytes(styled);
    for (let at = 0; at <= all.length; at += 1) {
      const read = plainText();
      expect(read(all.subarray(0, at)) + read(all.subarray(at))).toBe("Welcome\ngröße\n");
    }
  });

  test("a sequence that never ends does not swallow the console", () => {
    const read = plainText();
    const text = read(bytes("\x1b]0;")) + read(bytes("x".repeat(5000))) + read(bytes("login:"));
    expect(text).toContain("login:");
  });

  test("the tail has the last lines, and nothing when nothing was said", () => {
    expect(consoleTail(bytes(styled))).toBe("Welcome\ngröße");
    expect(consoleTail(bytes(""))).toBe("");
    const lines = Array.from({ length: 100 }, (_, n) => `line ${n}`);
    expect(consoleTail(bytes(lines.join("\r\n")))).toBe(lines.slice(-40).join("\n"));
  });
});

describe("ready", () => {
  function watch(pattern: string) {
    const seen: number[] = [];
    return { seen, ready: new ReadyWatch(pattern, at => seen.push(at)) };
  }

  test("is seen across chunks and inside colours", () => {
    const text = bytes("boots \x1b[1mlog\x1b[0min: ");
    for (let at = 0; at <= text.length; at += 1) {
      const { seen, ready } = watch("boots login:");
      ready.push(text.subarray(0, at));
      ready.push(text.subarray(at));
      expect(seen).toHaveLength(1);
    }
  });

  test("is told once", () => {
    const { seen, ready } = watch("login:");
    ready.push(bytes("login: login: "));
    ready.push(bytes("login: "));
    expect(seen).toHaveLength(1);
  });

  test("a prompt counts only when the console rests behind it", () => {
    const { seen, ready } = watch("# $");
    ready.push(bytes("motd: # "));
    vi.advanceTimersByTime(50);
    ready.push(bytes("of users: 3\r\n/ # "));
    expect(seen).toHaveLength(0);
    const at = Date.now();
    vi.advanceTimersByTime(150);
    expect(seen).toEqual([at]);
  });

  test("^ is the start of a line", () => {
    const { seen, ready } = watch("^login:");
    ready.push(bytes("last login: today\r\n"));
    expect(seen).toHaveLength(0);
    ready.push(bytes("login:"));
    expect(seen).toHaveLength(1);
  });

  test("is found far behind the start of a long chunk, and not after stop()", () => {
    const { seen, ready } = watch("up!");
    ready.push(bytes(`${"x".repeat(100_000)}up!${"y".repeat(100_000)}`));
    expect(seen).toHaveLength(1);
    const other = watch("up!");
    other.ready.stop();
    other.ready.push(bytes("up!"));
    expect(other.seen).toHaveLength(0);
  });
});

describe("kernel panic", () => {
  const panic = "[    1.2] Kernel panic - not syncing: No working init found.  Try passing init= option\r\n";
  const end = "[    1.3] ---[ end Kernel panic - not syncing: No working init found ]---\r\n";

  function watch() {
    const seen: string[] = [];
    return { seen, panics: new PanicWatch(reason => seen.push(reason)) };
  }

  test("is recognised however the bytes are cut, once", () => {
    const text = bytes(`boots login: ${panic}[    1.2] CPU: 0 PID: 1\r\n${end}`);
    for (let at = 0; at <= text.length; at += 1) {
      const { seen, panics } = watch();
      panics.push(text.subarray(0, at));
      panics.push(text.subarray(at));
      vi.advanceTimersByTime(400);
      expect(seen).toEqual(["No working init found.  Try passing init= option"]);
    }
  });

  test("is recognised without its end mark, a little later", () => {
    const { seen, panics } = watch();
    panics.push(bytes(`Kernel panic - not syncing: Fatal\n`));
    vi.advanceTimersByTime(1900);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(seen).toEqual(["Fatal"]);
  });

  test("counts at once when the machine restarts because of it", () => {
    const { seen, panics } = watch();
    panics.push(bytes(panic));
    panics.restarted();
    expect(seen).toHaveLength(1);
  });

  test.each([
    ["an old log that a person looks at", `${panic}${end}/ # `],
    ["words in the middle of a line", "grep 'Kernel panic - not syncing: ' /var/log\r\n"],
  ])("is not %s", (_, text) => {
    const { seen, panics } = watch();
    panics.push(bytes(text));
    vi.advanceTimersByTime(5000);
    panics.restarted();
    expect(seen).toEqual([]);
  });
});

describe("terminal answers", () => {
  const answer = (text: string): string => new TerminalAnswers().push(bytes(text));

  test.each([
    ["\x1b[c", "\x1b[?1;2c"],
    ["\x1b[0c", "\x1b[?1;2c"],
    ["\x1b[>c", "\x1b[>0;0;0c"],
    ["\x1b[5n", "\x1b[0n"],
    ["\x1b[6n", "\x1b[1;1R"],
    ["\x1b[18t", "\x1b[8;24;80t"],
    ["\x1b[999;999H\x1b[6n", "\x1b[24;80R"],
    ["\x1b[32766;32766H\x1b[6n\x1b[H\x1b[6n", "\x1b[24;80R\x1b[1;1R"],
    ["\x1b[?6c\x1b[0m\x1b[2Jtext", ""],
  ])("to %j is %j", (asked, expected) => {
    expect(answer(asked)).toBe(expected);
  });

  test("come for questions that are cut anywhere", () => {
    const asked = bytes("\x1b[999;999H\x1b[6n");
    for (let at = 0; at <= asked.length; at += 1) {
      const answers = new TerminalAnswers();
      expect(answers.push(asked.subarray(0, at)) + answers.push(asked.subarray(at))).toBe("\x1b[24;80R");
    }
  });
});
