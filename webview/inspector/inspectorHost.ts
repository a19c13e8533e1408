import { Channel } from "../../src/shared/protocol/channel.ts";
import { inspectorToHost, inspectorToWebview } from "../../src/shared/protocol/inspector.ts";
import { hostPort, reportProblem } from "../common/host.ts";

/** The extension host, as the inspector sees it. */
export type InspectorHost = Channel<typeof inspectorToHost, typeof inspectorToWebview>;

export function connectInspectorHost(): InspectorHost {
  return new Channel(hostPort, inspectorToHost, inspectorToWebview, { report: reportProblem });
}
