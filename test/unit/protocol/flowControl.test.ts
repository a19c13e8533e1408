import { describe, expect, it } from "vitest";
import {
  Acknowledgements,
  acknowledgeEvery,
  FlowControl,
  highWatermark,
  lowWatermark,
} from "../../../src/shared/protocol/flowControl.ts";

function recorded() {
  const calls: string[] = [];
  const flow = new FlowControl({ pause: () => calls.push("pause"), resume: () => calls.push("resume") });
  return { flow, calls };
}

describe("flow control", () => {
  it("pauses once above the high watermark and resumes once below the low one", () => {
    const { flow, calls } = recorded();
    flow.sent(highWatermark);
    expect(calls).toEqual([]);
    flow.sent(1);
    flow.sent(10);
    expect(calls).toEqual(["pause"]);
    flow.acknowledged(highWatermark + 11 - lowWatermark);
    expect(calls).toEqual(["pause"]);
    flow.acknowledged(1);
    flow.acknowledged(1);
    expect(calls).toEqual(["pause", "resume"]);
  });

  it("resumes and forgets what was on the way when the receiver is a new one", () => {
    const { flow, calls } = recorded();
    flow.sent(highWatermark * 2);
    flow.reset();
    expect(calls).toEqual(["pause", "resume"]);
    expect(flow.unacknowledged).toBe(0);
  });

  it("never counts below zero, whatever a receiver claims", () => {
    const { flow } = recorded();
    flow.sent(5);
    flow.acknowledged(5000);
    flow.sent(highWatermark);
    expect(flow.paused).toBe(false);
  });

  it("always resumes when the receiver acknowledges in batches", () => {
    const { flow, calls } = recorded();
    const acknowledgements = new Acknowledgements(count => flow.acknowledged(count));
    for (let chunk = 0; chunk < 40; chunk++) flow.sent(4099);
    for (let chunk = 0; chunk < 40; chunk++) acknowledgements.consumed(4099, false);
    expect(calls).toEqual(["pause", "resume"]);
  });
});

describe("acknowledgements", () => {
  it("are gathered, and sent at once when nothing more waits", () => {
    const sent: number[] = [];
    const acknowledgements = new Acknowledgements(count => sent.push(count));
    acknowledgements.consumed(10, false);
    acknowledgements.consumed(acknowledgeEvery, false);
    acknowledgements.consumed(3, true);
    acknowledgements.consumed(0, true);
    expect(sent).toEqual([acknowledgeEvery + 10, 3]);
  });

  it("come often enough for a paused source to resume", () => {
    expect(acknowledgeEvery).toBeLessThanOrEqual(lowWatermark);
  });
});
