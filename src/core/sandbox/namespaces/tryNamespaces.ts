import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { hostPrograms } from "./hostPrograms.ts";
import { runInside, tailOf } from "./inside.ts";
import { openUserNamespace } from "./userNamespace.ts";
import { giveToInside } from "./workFolder.ts";

const give =
  'set -e; mount -t proc proc /proc; touch "$1/file"; chown 1:1 "$1/file"; rm "$1/file"; shift; exec "$@"';

/**
 * Does in small what a sandbox does: gives a file to another user, and starts a program apart from all others.
 * @param folder an empty one.
 * @throws Failure `namespaces-forbidden` and others that say what did not work.
 */
export async function tryNamespaces(host: Host, folder: string, signal: AbortSignal): Promise<void> {
  await mkdir(join(folder, "work"));
  const work = join(folder, "work");
  await giveToInside([work]);
  const space = await openUserNamespace(host, work);
  const stop = (): void => void space.end();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const apart = ["--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-net", "--cap-drop", "ALL"];
    const wrapped = [
      host.tools.require("bwrap"),
      ...apart,
      ...hostPrograms(),
      "--dev",
      "/dev",
      "--proc",
      "/proc",
    ];
    const said = tailOf();
    const program = ["sh", "-c", give, "try", space.folder, ...wrapped, "--", "/bin/sh", "-c", "exit 0"];
    const { exitCode } = await runInside(host, space, program, { onStderr: stream => said.read(stream) });
    signal.throwIfAborted();
    if (exitCode === 0) return;
    throw new Failure(
      "namespaces-forbidden",
      `A test command in namespaces failed: ${said.text || exitCode}`,
    );
  } finally {
    signal.removeEventListener("abort", stop);
    await space.end();
  }
}
