import { describe, expect, it } from "vitest";
import { InputQueue } from "../../../webview/console/model/inputQueue.ts";

function recorded() {
  const sent: Uint8Array[] = [];
  const waiting: number[] = [];
  const queue = new InputQueue(
    bytes => sent.push(bytes),
    count => waiting.push(count),
  );
  const sentBytes = () => sent.reduce((sum, bytes) => sum + bytes.length, 0);
  return { queue, sent, waiting, sentBytes };
}

describe("the input queue", () => {
  it("sends what is typed at once", () => {
    const { queue, sent } = recorded();
    queue.push(Uint8Array.of(108));
    queue.push(Uint8Array.of(115));
    expect(sent.map(bytes => [...bytes])).toEqual([[108], [115]]);
  });

  it("sends a paste in order, no more than 16 KiB ahead of what the machine took", () => {
    const { queue, sent, waiting, sentBytes } = recorded();
    const paste = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251);
    queue.push(paste);
    expect(sentBytes()).toBe(16 * 1024);
    expect(waiting.at(-1)).toBe(100_000 - 16 * 1024);
    for (let at = 0; at < sent.length; at++) queue.taken(sent[at]?.length ?? 0);
    expect(Buffer.concat(sent)).toEqual(Buffer.from(paste));
    expect(waiting.at(-1)).toBe(0);
  });

  it("forgets what was not sent when it is told to, and sends on afterwards", () => {
    const { queue, sent, sentBytes } = recorded();
    queue.push(new Uint8Array(100_000));
    const before = sentBytes();
    queue.drop();
    queue.push(Uint8Array.of(3));
    queue.taken(before);
    expect(sentBytes()).toBe(before + 1);
    expect(sent.at(-1)).toEqual(Uint8Array.of(3));
  });

  it("starts anew for another machine", () => {
    const { queue, sentBytes } = recorded();
    queue.push(new Uint8Array(100_000));
    const before = sentBytes();
    queue.restart();
    queue.push(Uint8Array.of(1));
    expect(sentBytes()).toBe(before + 1);
  });
});
