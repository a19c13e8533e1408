import { Channel } from "../../../src/shared/protocol/channel.ts";
import { sizesToHost, sizesToWebview } from "../../../src/shared/protocol/sizes.ts";
import { hostPort, reportProblem } from "../../common/host.ts";

/** The extension host, as the Sizes page sees it. */
export type SizesHost = Channel<typeof sizesToHost, typeof sizesToWebview>;

export function connectSizesHost(): SizesHost {
  return new Channel(hostPort, sizesToHost, sizesToWebview, { report: reportProblem });
}
