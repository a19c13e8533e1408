import { followMake } from "../../../kconfig/build/makeOutput.ts";
import { places } from "../../../kconfig/build/places.ts";
import { runScript } from "../../../kconfig/build/runScript.ts";
import type { Layer } from "../../../tree/layer.ts";
import type { StageContext } from "../../stage.ts";
import type { KernelConfiguration } from "./configureKernel.ts";
import type { KernelWork } from "./kernelWork.ts";

/**
 * Compiles a kernel, and its modules where they are wanted.
 * @returns a layer with `result/vmlinuz`, `release`, `System.map` and `lib/modules`.
 * @throws Failure `source-build-failed` with the first errors of the compiler.
 */
export async function buildKernel(
  work: KernelWork,
  { text, values }: KernelConfiguration,
  context: StageContext,
): Promise<Layer> {
  const { given, tree } = work;
  const withModules = given.modules !== "none" && values.get("CONFIG_MODULES") === "y";
  const output = followMake(places.source);
  const made = await runScript(
    work.sandbox,
    {
      script: scriptFor(context.host.jobs, withModules, given.strip !== false),
      source: tree.tar,
      inputs: { config: text },
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
  if (made) return made;
  throw context.fail(
    "source-build-failed",
    `linux ${tree.version} could not be compiled:\n${output.problem()}`,
    {
      advice: "All that the compiler said stands above; in VS Code, in Whittle's output panel.",
      at: ["source"],
    },
  );
}

// The count is make's own, once everything is there that its rules are made from; -k because it cannot make anything.
function scriptFor(jobs: number, withModules: boolean, strip: boolean): string {
  const stripping = strip ? "INSTALL_MOD_STRIP=1 " : "";
  const install = `kmake INSTALL_MOD_PATH="$result" ${stripping}DEPMOD=true modules_install\n`;
  return `kmake() { make -C "$source" O="$build" "$@"; }
cp "$inputs/config" "$build/.config"
kmake -s olddefconfig
if ! cmp -s "$inputs/config" "$build/.config"; then
  echo "*** The whole source makes another configuration than its Kconfig files alone:"
  diff "$inputs/config" "$build/.config" | grep '^[<>]' | sed 's/^/*** /'
  exit 1
fi
image=$(kmake -s image_name | tail -n 1)
kmake -j${jobs} prepare
mkdir -p "$build/tools"
targets="\${image##*/}${withModules ? " modules" : ""}"
echo "@steps $(kmake -n -k $targets 2>/dev/null | grep -cE "echo '  [A-Z]+ ")"
kmake -j${jobs} $targets
${withModules ? install : ""}cp "$build/$image" "$result/vmlinuz"
cp "$build/System.map" "$result/System.map"
cp "$build/include/config/kernel.release" "$result/release"
`;
}
