import { describe, expect, it } from "vitest";
import { Channel } from "../../../src/shared/protocol/channel.ts";
import { isCount, isNothing, isShape, isString } from "../../../src/shared/protocol/guards.ts";
import { connectedPorts } from "./line.ts";

const toWebview = { events: { said: isString }, requests: {} };
const toHost = {
  events: { clicked: isShape<{ readonly x: number }>({ x: isCount }) },
  requests: { state: { params: isNothing, result: isString }, double: { params: isCount, result: isCount } },
};

function connect(opensWith?: "state") {
  const [hostPort, webviewPort] = connectedPorts();
  const problems: string[] = [];
  const report = (problem: string) => void problems.push(problem);
  const options = opensWith === undefined ? { report } : { report, opensWith };
  const host = new Channel(hostPort, toWebview, toHost, options);
  const webview = new Channel(webviewPort, toHost, toWebview, { report });
  return { host, webview, hostPort, webviewPort, problems };
}

describe("a channel", () => {
  it("delivers events to the listeners of their name until they are taken off", () => {
    const { host, webview } = connect();
    const heard: string[] = [];
    const off = webview.on("said", text => heard.push(text));
    host.send("said", "one");
    off();
    host.send("said", "two");
    expect(heard).toEqual(["one"]);
  });

  it("answers requests, each with its own answer", async () => {
    const { host, webview } = connect();
    host.handle("double", async count => count * 2);
    expect(await Promise.all([webview.request("double", 4), webview.request("double", 5)])).toEqual([8, 10]);
  });

  it("hands a handler's error to the one who asked", async () => {
    const { host, webview } = connect();
    host.handle("state", () => {
      throw new Error("disk is gone");
    });
    await expect(webview.request("state", null)).rejects.toThrow("disk is gone");
  });

  it("gives a request up after its timeout", async () => {
    const { host, webview } = connect();
    host.handle("double", () => new Promise<number>(() => {}));
    await expect(webview.request("double", 1, { timeout: 20 })).rejects.toThrow("not answered within 0.02 s");
  });

  it("gives a request up when it is aborted", async () => {
    const { host, webview } = connect();
    host.handle("double", () => new Promise<number>(() => {}));
    const abort = new AbortController();
    const answer = webview.request("double", 1, { signal: abort.signal });
    abort.abort(new Error("moved on"));
    await expect(answer).rejects.toThrow("moved on");
    await expect(webview.request("double", 1, { signal: abort.signal })).rejects.toThrow("moved on");
  });

  it("rejects what is still open when it is disposed", async () => {
    const { host, webview } = connect();
    host.handle("double", () => new Promise<number>(() => {}));
    const answer = webview.request("double", 1);
    webview.dispose();
    await expect(answer).rejects.toThrow("closed");
  });

  it.each([
    ["no envelope", "hello"],
    ["an unknown event", { kind: "event", name: "exploded", body: null }],
    ["an inherited name", { kind: "event", name: "constructor", body: null }],
    ["a malformed body", { kind: "event", name: "clicked", body: { x: -1 } }],
    ["an answer to nothing", { kind: "reply", id: 99, ok: true, body: 1 }],
  ])("drops and reports %s", (_, message) => {
    const { host, webviewPort, problems } = connect();
    let clicks = 0;
    host.on("clicked", () => clicks++);
    webviewPort.post(message);
    expect(clicks).toBe(0);
    expect(problems).toHaveLength(1);
  });

  it.each([
    ["unknown", { kind: "request", id: 1, name: "explode", body: null }],
    ["malformed", { kind: "request", id: 1, name: "double", body: "four" }],
  ])("refuses an %s request with an answer, so that nobody waits in vain", (word, message) => {
    const { host, hostPort, webviewPort } = connect();
    host.handle("double", count => count * 2);
    webviewPort.post(message);
    expect(hostPort.posted).toEqual([
      { kind: "reply", id: 1, ok: false, message: expect.stringContaining(word) },
    ]);
  });

  it("rejects an answer that does not have the agreed form", async () => {
    const { host, webview, hostPort, webviewPort } = connect();
    host.handle("double", () => new Promise<number>(() => {}));
    const answer = webview.request("double", 1);
    const [{ id }] = webviewPort.posted as [{ id: number }];
    hostPort.post({ kind: "reply", id, ok: true, body: "two" });
    await expect(answer).rejects.toThrow("agreed form");
  });

  it("gives a page that was loaded again its own answer, not the one that the page before had asked for", async () => {
    const { host, webview, webviewPort } = connect();
    const answers: ((text: string) => void)[] = [];
    host.handle("state", () => new Promise<string>(resolve => void answers.push(resolve)));
    const first = webview.request("state", null);
    webview.dispose();
    await expect(first).rejects.toThrow("closed");
    const reloaded = new Channel(webviewPort, toHost, toWebview, { report: () => undefined });
    const second = reloaded.request("state", null);
    answers[0]?.("of the first page");
    await Promise.resolve();
    answers[1]?.("of the second page");
    expect(await second).toBe("of the second page");
  });

  it("holds events back until the webview asked for the state, then sends them after it", async () => {
    const { host, webview, hostPort } = connect("state");
    host.handle("state", () => "all of it");
    host.send("said", "early");
    expect(hostPort.posted).toEqual([]);
    expect(await webview.request("state", null)).toBe("all of it");
    host.send("said", "late");
    expect(hostPort.posted).toMatchObject([{ kind: "reply" }, { body: "early" }, { body: "late" }]);
  });

  it("answers in the same turn when the handler does, so that no event slips in before", () => {
    const { host, webviewPort, hostPort } = connect();
    host.handle("state", () => "all of it");
    webviewPort.post({ kind: "request", id: 7, name: "state", body: null });
    host.send("said", "after");
    expect(hostPort.posted).toMatchObject([{ kind: "reply", id: 7 }, { kind: "event" }]);
  });
});
