import "../common/common.css";
import "./sizes.css";
import type { SizesState } from "../../src/shared/protocol/sizes.ts";
import { appRoot } from "../common/element.ts";
import { reportProblem } from "../common/host.ts";
import { fillPage } from "./page/page.ts";
import { connectSizesHost } from "./page/sizesHost.ts";
import { Store } from "./store.ts";

const host = connectSizesHost();
const store = new Store();
fillPage(appRoot(), store, host);

// What the host wants shown before there is a build that has it.
let awaited: string | undefined;

function receive(state: SizesState): void {
  const start = performance.now();
  store.receive(state);
  if (state.built) performance.measure("whittle:paint", { start });
  if (awaited !== undefined && store.reveal(awaited)) awaited = undefined;
}

host.on("state", receive);
host.on("reveal", ({ path }) => {
  awaited = store.reveal(path) ? undefined : path;
});

let told: string | undefined;
store.onChange(() => {
  const path = store.shown?.selected?.path;
  if (path !== undefined && path !== "" && path !== told) host.send("select", { path });
  told = path;
});

host
  .request("state", null, { timeout: 60_000 })
  .then(receive, (error: unknown) => reportProblem(String(error)));
