import { followMake } from "../../../kconfig/build/makeOutput.ts";
import { places } from "../../../kconfig/build/places.ts";
import { resultBytes, resultText } from "../../../kconfig/build/resultFiles.ts";
import { runScript } from "../../../kconfig/build/runScript.ts";
import type { StageContext } from "../../stage.ts";
import type { Folder } from "../appletFolders.ts";
import type { Applet } from "../applets.ts";
import type { BusyboxWork } from "./busyboxWork.ts";

/** A compiled BusyBox. */
export interface BuiltBusybox {
  readonly bytes: Buffer;
  /** What its own `make install` would link, and where. */
  readonly applets: readonly Applet[];
}

/**
 * Compiles BusyBox.
 * @throws Failure `source-build-failed` with the first errors of the compiler.
 */
export async function buildBusybox(
  work: BusyboxWork,
  config: string,
  context: StageContext,
): Promise<BuiltBusybox> {
  const output = followMake(places.source);
  const made = await runScript(
    work.sandbox,
    {
      script: scriptFor(context.host.jobs),
      source: work.tree.tar,
      inputs: { config },
      packages: work.packages,
      env: work.env,
      onLine(line) {
        const before = output.done;
        output.take(line);
        if (!line.startsWith("@")) context.log(line);
        if (output.done !== before) context.progress(output.done, output.total, "items");
      },
    },
    context,
  );
  if (made)
    return { bytes: await resultBytes(made, "busybox"), applets: appletsIn(await resultText(made, "links")) };
  throw context.fail(
    "source-build-failed",
    `BusyBox ${work.tree.version} could not be compiled:\n${output.problem()}`,
    {
      advice: "All that the compiler said stands above; in VS Code, in Whittle's output panel.",
      at: ["source"],
    },
  );
}

/** Reads `busybox.links`: lines as `/usr/bin/wget`. */
function appletsIn(links: string): Applet[] {
  const found = links.split("\n").flatMap(line => {
    const [, folder = "", name] = /^\/(?:(.*)\/)?([^/]+)$/.exec(line.trim()) ?? [];
    return name === undefined ? [] : [{ name, folder: folder as Folder }];
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function scriptFor(jobs: number): string {
  return `kmake() { make -C "$source" O="$build" "$@"; }
cp "$inputs/config" "$build/.config"
yes "" | kmake -s oldconfig >/dev/null
echo "@steps $(kmake -n -k busybox 2>/dev/null | grep -cE "echo '  [A-Z]+ ")"
kmake -j${jobs} busybox busybox.links
cp "$build/busybox" "$result/busybox"
cp "$build/busybox.links" "$result/links"
`;
}
