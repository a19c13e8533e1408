import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { connect } from "../../../src/core/machine/connect.ts";
import { historyBytes } from "../../../src/core/machine/console/historyRing.ts";
import { SerialConsole } from "../../../src/core/machine/console/serialConsole.ts";

const MiB = 1024 * 1024;
const chunk = Buffer.alloc(MiB, "0123456789abcdef\x1b[31m line of a flood\r\n");
const endings: (() => void)[] = [];

afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

/** A source that writes `count` MiB as fast as its reader takes them. */
async function flood(
  count: number,
): Promise<{ console: SerialConsole; sent: () => number; source: Promise<Socket> }> {
  const folder = mkdtempSync(join(tmpdir(), "wt-"));
  endings.push(() => rmSync(folder, { recursive: true }));
  let sent = 0;
  const server = createServer();
  endings.push(() => server.close());
  const source = new Promise<Socket>(resolve => {
    server.once("connection", async socket => {
      resolve(socket);
      for (; sent < count && !socket.destroyed; sent += 1) {
        if (!socket.write(chunk)) await new Promise(go => socket.once("drain", go).once("close", go));
      }
      socket.end();
    });
  });
  const path = join(folder, "s");
  await new Promise<void>(resolve => server.listen(path, resolve));
  const console = new SerialConsole(await connect(path));
  endings.push(() => void console.close());
  return { console, sent: () => sent, source };
}

test("a flood of 256 MiB arrives whole in bounded memory", async () => {
  const before = process.memoryUsage().rss;
  const { console } = await flood(256);
  const hash = createHash("md5");
  let count = 0;
  let peak = 0;
  console.onData(bytes => {
    hash.update(bytes);
    if (count % (16 * MiB) < bytes.length) peak = Math.max(peak, process.memoryUsage().rss);
    count += bytes.length;
  });
  await console.drained(30_000);
  const expected = createHash("md5");
  for (let n = 0; n < 256; n += 1) expected.update(chunk);
  expect(count).toBe(256 * MiB);
  expect(hash.digest("hex")).toBe(expected.digest("hex"));
  expect(console.history().dropped).toBe(256 * MiB - historyBytes);
  expect(peak - before).toBeLessThan(150 * MiB);
}, 30_000);

test("while paused, the source is held back instead of being stored", async () => {
  const { console, sent } = await flood(64);
  let count = 0;
  console.onData(bytes => {
    count += bytes.length;
  });
  console.pause();
  await sleep(200);
  const atPause = count;
  expect(sent()).toBeLessThan(4);
  await sleep(100);
  expect(count).toBe(atPause);
  console.resume();
  await console.drained(20_000);
  expect(count).toBe(64 * MiB);
});
