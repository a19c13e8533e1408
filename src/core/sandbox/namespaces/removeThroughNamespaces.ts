import { openHost } from "../../host/openHost.ts";
import { runInside, tailOf } from "./inside.ts";
import { openUserNamespace } from "./userNamespace.ts";

/**
 * Removes a folder that holds files of the users of an earlier sandbox: for the kernel they belong to others, but
 * root of a user namespace with the same range may remove them.
 * @param refused why it could not be removed otherwise; thrown when it cannot be removed this way either.
 */
export async function removeThroughNamespaces(path: string, refused: unknown): Promise<void> {
  const host = openHost();
  const space = await openUserNamespace(host, path).catch(() => {
    throw refused;
  });
  try {
    const said = tailOf();
    const { exitCode } = await runInside(host, space, ["rm", "-rf", "--", space.folder], {
      onStderr: stream => said.read(stream),
    });
    if (exitCode !== 0) throw new Error(`${path} cannot be removed: ${said.text}`, { cause: refused });
  } finally {
    await space.end();
  }
}
