import { accessSync, constants, statSync } from "node:fs";
import { createServer } from "node:net";
import { Failure } from "../failure.ts";
import type { MachineSpec } from "./machine.ts";

/**
 * Looks for what QEMU would only stumble over: files that are not there, ports that are taken.
 * @throws Failure `image-missing`, `forward-port`, `nothing-to-boot` or `ready-pattern`
 */
export async function checkSpec(spec: MachineSpec): Promise<void> {
  const { kernel, initrd, drives } = spec.media;
  if (kernel === undefined && drives.length === 0) {
    throw new Failure("nothing-to-boot", `${spec.name} has neither a kernel nor a disk to boot from.`, {
      advice: "Boot an initramfs or a disk output.",
    });
  }
  for (const path of [kernel, initrd, ...drives.map(each => each.path)])
    if (path !== undefined) checkFile(path);
  if (spec.ready !== undefined) checkPattern(spec.ready);
  if (spec.network === "user") await Promise.all(spec.forward.map(checkPort));
}

function checkFile(path: string): void {
  try {
    accessSync(path, constants.R_OK);
    if (statSync(path).isDirectory()) throw new Error("it is a folder");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("image-missing", `${path} cannot be booted: ${why}`, {
      advice: "Build the recipe first.",
      cause,
    });
  }
}

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern, "m");
  } catch (cause) {
    throw new Failure("ready-pattern", `"${pattern}" is no regular expression.`, {
      advice: "Special characters such as ( [ * + ? need a backslash before them.",
      cause,
    });
  }
}

function checkPort(forward: string): Promise<void> {
  const port = Number(forward.split(":")[0]);
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      const denied = error.code === "EACCES";
      const why = denied ? "may only be opened by root" : "is in use by another program";
      reject(
        new Failure(
          "forward-port",
          `Port ${port} of this computer ${why}, so \`forward: ${forward}\` cannot be set up.`,
          {
            advice: denied
              ? "Choose a port from 1024 on."
              : "Choose another port in `boot.forward`, or end that program.",
            cause: error,
          },
        ),
      );
    });
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => resolve()));
  });
}
