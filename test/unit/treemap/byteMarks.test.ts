import { expect, it } from "vitest";
import { byteMarks } from "../../../webview/sizes/model/byteMarks.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

it.each([
  [0, 1, "1 B"],
  [900, 200, "200 B"],
  [5 * KiB, KiB, "1 KiB"],
  [2.3 * MiB, 0.5 * MiB, "0.5 MiB"],
  [21 * MiB, 5 * MiB, "5 MiB"],
  [700 * MiB, 200 * MiB, "200 MiB"],
  [5000 * MiB, 1024 * MiB, "1 GiB"],
])("marks on an axis of %d bytes are %d apart", (range, step, first) => {
  const marks = byteMarks(range);
  expect(marks.step).toBeCloseTo(step, 6);
  expect(marks.format(marks.step)).toBe(first);
});

it("marks what was removed with a true minus, and nothing as 0", () => {
  expect(byteMarks(21 * MiB).format(-5 * MiB)).toBe("−5 MiB");
  expect(byteMarks(21 * MiB).format(0)).toBe("0");
});
