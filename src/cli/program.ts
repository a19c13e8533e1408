import { Command } from "commander";
import { runCommand } from "./runCommand.ts";

const collect = (value: string, all: string[] = []): string[] => [...all, value];

const recipeOptions = (each: Command) =>
  each
    .option("--with <option>", "switch a recipe option on (repeatable)", collect)
    .option("--without <option>", "switch a recipe option off (repeatable)", collect);

/**
 * All commands with their options. The code of a command is loaded when it is called: an unchanged rebuild must not pay for
 * code that boots.
 */
export function makeProgram(version: string): Command {
  const program = new Command("whittle")
    .description("Make small OS images: build a recipe without root, boot it, see what takes the space.")
    .version(version)
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();

  const command = (name: string, summary: string) =>
    program
      .command(name)
      .description(summary)
      .option("--json", "one JSON object per line on standard output, the last one the result")
      .option("--trace", "with an unexpected error, show its stack");

  recipeOptions(command("build <recipe>", "Build the outputs of a recipe"))
    .option("--output <name>", "build only this output (repeatable)", collect)
    .option("--out <folder>", "put the images here instead of out/<recipe> beside the recipe")
    .option("--locked", "build exactly what the lock file says, or fail")
    .action((recipe: string, options) =>
      runCommand(options, async () => (await import("./commands/build.ts")).build(recipe, options)),
    );

  recipeOptions(
    command(
      "boot <recipe-or-image>",
      "Boot the built image of a recipe (building it first), or an image file",
    ),
  )
    .option("--output <name>", "boot this output instead of the recipe's boot.output")
    .option("--out <folder>", "where the images are, if not in out/<recipe> beside the recipe")
    .option("--memory <size>", "memory of the machine, e.g. 64M")
    .option(
      "--until <regex>",
      "end when the console shows this; without it, the console is yours and Ctrl-] leaves",
    )
    .option("--timeout <seconds>", "give up waiting for --until after so long", "120")
    .option("--accelerator <name>", "auto, kvm or tcg", "auto")
    .option("--firmware <name>", "bios or uefi, instead of what the recipe or the image asks for")
    .option("--as <medium>", "for an image: disk, cdrom or usb, instead of what it is taken for")
    .option("--initrd <file>", "for a kernel: its initramfs")
    .option("--cmdline <words>", "for a kernel: its command line")
    .action((what: string, options) =>
      runCommand(options, async () => (await import("./commands/boot.ts")).boot(what, options)),
    );

  recipeOptions(
    command("sizes <recipe>", "Show what takes the space in the tree of a recipe, building it if needed"),
  )
    .option("--by <what>", "path, stage, package or type", "path")
    .option("--depth <n>", "levels of folders to show", "2")
    .action((recipe: string, options) =>
      runCommand(options, async () => (await import("./commands/sizes.ts")).sizes(recipe, options)),
    );

  recipeOptions(
    command("lock <recipe>", "Hold the versions that a recipe resolves to in a lock file beside it"),
  )
    .option("--update", "look all of them up anew, and take what is newest")
    .action((recipe: string, options) =>
      runCommand(options, async () => (await import("./commands/lock.ts")).lock(recipe, options)),
    );

  recipeOptions(
    command(
      "sbom <recipe>",
      "Write a CycloneDX bill of materials of a recipe's image, building it if needed",
    ),
  )
    .option("-o, --output <file>", "where to write it; default: out/<recipe>/<recipe>.cdx.json")
    .option("--out <folder>", "where the images are, if not in out/<recipe> beside the recipe")
    .action((recipe: string, options) =>
      runCommand(options, async () => (await import("./commands/sbom.ts")).sbom(recipe, options)),
    );

  recipeOptions(
    command("push <recipe> [reference]", "Push a container image, or any other output, to a registry"),
  )
    .option("--output <name>", "push this output; default: the container image")
    .option("--tag <tag>", "push under this tag of the reference as well (repeatable)", collect)
    .option("--out <folder>", "where the images are, if not in out/<recipe> beside the recipe")
    .option("--locked", "build exactly what the lock file says, or fail")
    .action((recipe: string, reference: string | undefined, options) =>
      runCommand(options, async () => (await import("./commands/push.ts")).push(recipe, reference, options)),
    );

  recipeOptions(command("check <recipe>", "Check a recipe without building it")).action(
    (recipe: string, options) =>
      runCommand(options, async () => (await import("./commands/check.ts")).check(recipe, options)),
  );

  command("inspect <image>", "Show what an image holds: a disk, an ISO, a unified kernel image").action(
    (image: string, options) =>
      runCommand(options, async () => (await import("./commands/inspect.ts")).inspect(image, options)),
  );

  command("schema", "Print the JSON Schema of recipes")
    .option("--docs", "print the reference in Markdown instead")
    .action(options =>
      runCommand(options, async () => (await import("./commands/schema.ts")).schema(options)),
    );

  command("doctor", "Say which tools are missing and what this machine can do")
    .option("--install", "install the missing packages (Debian and Ubuntu)")
    .action(options =>
      runCommand(options, async () => (await import("./commands/doctor.ts")).doctor(options)),
    );

  command("cache [action]", "Show the cache, or: prune, clear, verify")
    .option("--max <size>", "with prune: shrink to this size, e.g. 5G")
    .action((action: string | undefined, options) =>
      runCommand(options, async () => (await import("./commands/cache.ts")).cache(action ?? "show", options)),
    );

  return program;
}
