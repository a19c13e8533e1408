// The guard of one machine: a process of its own, because the one that wants the machine may be killed at any time.
import { jsonLine, jsonLines } from "../jsonLines.ts";
import { Guard } from "./guard.ts";
import type { GuardOrder } from "./protocol.ts";

/** The order comes from the program that started us, over a pipe that nobody else has. */
function readOrder(): Promise<GuardOrder> {
  return new Promise((resolve, reject) => {
    const broken = (): void => reject(new Error("The guard got no order."));
    process.stdin.on(
      "data",
      jsonLines(message => resolve(message as GuardOrder), broken),
    );
    process.stdin.once("end", broken);
  });
}

let guard: Guard | undefined;
let unwanted = false;
// From the first moment: a signal's own way of ending us would leave the folder of a machine that is being started.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => {
    unwanted = true;
    guard?.stop();
  });
}
try {
  const order = await readOrder();
  if (unwanted) process.exit(0);
  guard = await Guard.start(order);
  if (unwanted) guard.stop();
  if (process.stdin.closed) guard.ordererGone();
  else process.stdin.once("close", () => guard?.ordererGone());
  process.stdout.on("error", () => undefined);
  process.stdout.write(jsonLine(guard.answer));
  await guard.ended();
  process.exit(0);
} catch (error) {
  process.stdout.write(jsonLine({ problem: error instanceof Error ? error.message : String(error) }), () =>
    process.exit(1),
  );
}
