import { expect, test } from "vitest";
import { NewestRead } from "../../../src/vscode/inspector/newestRead.ts";

test("whoever waits for a reading that is overtaken gets what the newest one finds", async () => {
  const answers: ((value: string) => void)[] = [];
  const reads = new NewestRead(
    signal =>
      new Promise<string>((resolve, reject) => {
        answers.push(resolve);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  );
  const [first, second, third] = [reads.start(), reads.start(), reads.start()];
  answers[2]?.("new");
  expect(await Promise.all([first.found, second.found, third.found])).toEqual(["new", "new", "new"]);
  expect([first, second, third].map(each => each.overtaken())).toEqual([true, true, false]);
  const last = reads.start();
  reads.stop();
  await expect(last.found).rejects.toThrow("aborted");
  expect(last.overtaken()).toBe(true);
});
