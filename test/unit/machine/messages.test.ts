import { expect, test } from "vitest";
import {
  readGuardAnswer,
  readGuardNews,
  readGuardRequest,
} from "../../../src/core/machine/guard/protocol.ts";
import { jsonLines } from "../../../src/core/machine/jsonLines.ts";
import { readMonitorMessage, readStatus } from "../../../src/core/machine/monitorMessages.ts";

test("lines of JSON are read however they are cut", () => {
  const text = Buffer.from('{"a":"é"}\r\n\n{"b":2}\n');
  for (let at = 0; at <= text.length; at += 1) {
    const seen: unknown[] = [];
    const read = jsonLines(
      message => seen.push(message),
      line => expect.unreachable(line),
    );
    read(text.subarray(0, at));
    read(text.subarray(at));
    expect(seen).toEqual([{ a: "é" }, { b: 2 }]);
  }
});

test("what is no JSON is reported once, and nothing is read after it", () => {
  const seen: unknown[] = [];
  const broken: string[] = [];
  const read = jsonLines(
    message => seen.push(message),
    line => broken.push(line),
  );
  read(Buffer.from('{"a":1}\nnonsense\n{"b":2}\n'));
  read(Buffer.from("more\n"));
  expect(seen).toEqual([{ a: 1 }]);
  expect(broken).toEqual(["nonsense"]);
});

test("a line that never ends is given up", () => {
  const broken: string[] = [];
  const read = jsonLines(
    () => undefined,
    line => broken.push(line),
  );
  for (let n = 0; n < 100; n += 1) read(Buffer.alloc(64 * 1024, "x"));
  expect(broken).toHaveLength(1);
});

test("the monitor's messages are told apart, others refused", () => {
  expect(readMonitorMessage({ QMP: { version: {} } })).toEqual({ type: "greeting" });
  expect(readMonitorMessage({ return: {}, id: 3 })).toEqual({ type: "return", id: 3, value: {} });
  expect(readMonitorMessage({ error: { class: "GenericError", desc: "no" }, id: 4 })).toEqual({
    type: "error",
    id: 4,
    reason: "no",
  });
  expect(readMonitorMessage({ event: "RESET", data: { guest: true }, timestamp: {} })).toEqual({
    type: "event",
    event: { name: "RESET", data: { guest: true } },
  });
  for (const wrong of [null, 1, "x", [], {}, { return: {} }, { id: 1 }])
    expect(readMonitorMessage(wrong)).toBeUndefined();
  expect(readStatus({ status: "paused", running: false })).toBe("paused");
  expect(readStatus({ status: 1 })).toBeUndefined();
});

test("the guard and its clients understand nothing but their protocol", () => {
  expect(readGuardRequest({ do: "handOver", seconds: 3 })).toEqual({
    do: "handOver",
    seconds: 3,
    ready: undefined,
  });
  expect(readGuardRequest({ do: "handOver" })).toBeUndefined();
  expect(readGuardRequest({ do: "format the disk" })).toBeUndefined();
  expect(readGuardNews({ is: "exited", code: 1, stderr: "bad" })).toEqual({
    is: "exited",
    code: 1,
    signal: undefined,
    stderr: "bad",
    asked: false,
  });
  expect(readGuardNews({ is: "else" })).toBeUndefined();
  expect(readGuardAnswer({ folder: "/run/m", pid: 1 })).toBeUndefined();
});
