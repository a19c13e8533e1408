import { Channel } from "../../src/shared/protocol/channel.ts";
import { consoleToHost, consoleToWebview } from "../../src/shared/protocol/console.ts";
import { hostPort, reportProblem } from "../common/host.ts";

/** The extension host, as the console page sees it. */
export type ConsoleHost = Channel<typeof consoleToHost, typeof consoleToWebview>;

export function connectConsoleHost(): ConsoleHost {
  return new Channel(hostPort, consoleToHost, consoleToWebview, { report: reportProblem });
}
