import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CappedLog } from "../../../src/core/machine/guard/cappedLog.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-log-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const limits = { first: 100, last: 300, most: 1000 };

/** A log of so many lines of 10 bytes each. */
function written(lines: number, most = limits): string {
  const path = join(folder, "log");
  const log = new CappedLog(path, most);
  for (let line = 0; line < lines; line++)
    log.write(Buffer.from(`${String(line).padStart(8)}\r\n`.slice(-10)));
  log.close();
  return readFileSync(path, "latin1");
}

const line = (number: number): string => `${String(number).padStart(8)}\r\n`;

test("a log of a few lines is whole", () => {
  expect(written(100)).toBe(Array.from({ length: 100 }, (_, at) => line(at)).join(""));
});

test.each([101, 150, 171, 1000, 5003])(
  "of %s lines the first and the last are there, and how much is not",
  count => {
    const text = written(count);
    expect(text.length).toBeLessThanOrEqual(limits.most);
    const [, head = "", left = "", tail = ""] =
      /^(.*?)\r\n\[whittle: +(\d+) bytes are left out here\]\r\n(.*)$/s.exec(text) ?? [];
    expect(head).toBe(Array.from({ length: 10 }, (_, at) => line(at)).join(""));
    const last = tail.length / 10;
    expect(last).toBeGreaterThanOrEqual(29);
    expect(tail).toBe(Array.from({ length: last }, (_, at) => line(count - last + at)).join(""));
    expect(Number(left)).toBe((count - 10 - last) * 10);
  },
);

test("a log without line ends is cut as well", () => {
  const log = new CappedLog(join(folder, "log"), limits);
  for (let at = 0; at < 500; at++) log.write(Buffer.from("0123456789"));
  log.close();
  const text = readFileSync(join(folder, "log"), "latin1");
  expect(text.length).toBeLessThanOrEqual(limits.most);
  expect(text).toMatch(/^(0123456789){10}\r\n\[whittle: .*\]\r\n(0123456789)+$/s);
});

test("a link in the log's place is replaced, and what it leads to stays as it is", () => {
  const other = join(folder, "other");
  writeFileSync(other, "precious");
  symlinkSync(other, join(folder, "log"));
  expect(written(1)).toBe(line(0));
  expect(readFileSync(other, "utf8")).toBe("precious");
});
