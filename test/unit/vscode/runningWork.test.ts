import { expect, test } from "vitest";
import { RunningWork } from "../../../src/vscode/builds/runningWork.ts";

/** Work that ends when it is told to, or when it is cancelled. */
function gate() {
  const signals: AbortSignal[] = [];
  let open: (value: string) => void = () => {};
  const work = (signal: AbortSignal): Promise<string> => {
    signals.push(signal);
    return new Promise((resolve, reject) => {
      open = resolve;
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  };
  return { work, signals, open: (value: string) => open(value) };
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test("asked for twice with nothing changed in between, work runs once and serves both", async () => {
  const running = new RunningWork<string>();
  const { work, signals, open } = gate();
  const both = [running.run("a", "1", work), running.run("a", "1", work)];
  await turn();
  open("done");
  expect(await Promise.all(both)).toEqual(["done", "done"]);
  expect(signals).toHaveLength(1);
  expect(signals[0]?.aborted).toBe(false);
  expect(running.keys).toEqual([]);
});

test("of a newer edition, work follows that of the older one, which goes on undisturbed", async () => {
  const running = new RunningWork<string>();
  const [first, second] = [gate(), gate()];
  const results = [running.run("a", "1", first.work), running.run("a", "2", second.work)];
  await turn();
  expect(second.signals).toHaveLength(0);
  first.open("old");
  await results[0];
  await turn();
  second.open("new");
  expect(await Promise.all(results)).toEqual(["old", "new"]);
  expect(running.keys).toEqual([]);
});

test("work that failed does not keep the next from running", async () => {
  const running = new RunningWork<string>();
  const broken = running.run("a", "1", () => Promise.reject(new Error("broken")));
  const next = running.run("a", "2", () => Promise.resolve("fine"));
  await expect(broken).rejects.toThrow("broken");
  expect(await next).toBe("fine");
});

test("work of other keys runs at the same time", async () => {
  const running = new RunningWork<string>();
  const [a, b] = [gate(), gate()];
  const results = [running.run("a", "1", a.work), running.run("b", "1", b.work)];
  await turn();
  expect([a.signals.length, b.signals.length]).toEqual([1, 1]);
  expect(running.keys).toEqual(["a", "b"]);
  a.open("A");
  b.open("B");
  expect(await Promise.all(results)).toEqual(["A", "B"]);
});

test("cancelling ends what runs and what waits for it; asked for again, it begins anew", async () => {
  const running = new RunningWork<string>();
  const [first, second, third] = [gate(), gate(), gate()];
  const results = [running.run("a", "1", first.work), running.run("a", "2", second.work)];
  await turn();
  running.cancel("a");
  const again = running.run("a", "2", third.work);
  for (const each of results) await expect(each).rejects.toMatchObject({ name: "AbortError" });
  expect(second.signals).toHaveLength(0);
  await turn();
  third.open("again");
  expect(await again).toBe("again");
});

test("stop() waits until all has come to an end", async () => {
  const running = new RunningWork<string>();
  let cleaned = false;
  const result = running.run("a", "1", async signal => {
    await new Promise(resolve => signal.addEventListener("abort", resolve));
    await turn();
    cleaned = true;
    throw signal.reason;
  });
  const ended = expect(result).rejects.toMatchObject({ name: "AbortError" });
  await turn();
  await running.stop();
  expect(cleaned).toBe(true);
  await ended;
});
