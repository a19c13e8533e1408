import type { IFunctionIdentifier, Terminal } from "@xterm/xterm";

// What a guest asks a terminal: device attributes, status, modes, window size, version.
const queries: readonly IFunctionIdentifier[] = [
  { final: "c" },
  { prefix: ">", final: "c" },
  { prefix: "=", final: "c" },
  { final: "n" },
  { prefix: "?", final: "n" },
  { intermediates: "$", final: "p" },
  { prefix: "?", intermediates: "$", final: "p" },
  { prefix: ">", final: "q" },
  { final: "t" },
];

/**
 * Keeps the terminal from answering queries while it replays what was said before: they were answered then, and a
 * second answer would arrive at the guest as if it had been typed. All other queries are answered by xterm.
 */
export class QueryGuard {
  isReplaying = false;

  constructor({ parser }: Terminal) {
    for (const query of queries) parser.registerCsiHandler(query, () => this.isReplaying);
    parser.registerDcsHandler({ intermediates: "$", final: "q" }, () => this.isReplaying);
    // Colours: a query has a question mark where a setting has a colour.
    for (const code of [4, 10, 11, 12]) {
      parser.registerOscHandler(code, data => this.isReplaying && data.includes("?"));
    }
  }
}
