import { meant } from "../../recipe/nearest.ts";
import type { Tree } from "../../tree/tree.ts";
import { atParameter } from "../atParameter.ts";
import { quoted, setAssignments } from "../settings/assignments.ts";
import { initSystem, isDebian } from "../settings/initSystem.ts";
import { linesOf, putText, textAt, textOf } from "../settings/treeText.ts";
import type { ParameterPath, StageContext } from "../stage.ts";
import { comparableLocale, localesIn } from "./localesIn.ts";

interface Wanted {
  readonly lang: string;
  readonly generate: boolean;
  readonly at: ParameterPath;
}

/**
 * Sets LANG where the system reads it.
 * @throws Failure `locale-unknown` when the tree's C library does not have the locale.
 */
export async function setLang(
  { lang, generate, at }: Wanted,
  tree: Tree,
  context: StageContext,
): Promise<void> {
  await atParameter(context, at, async () => {
    if (generate) await listForGeneration(lang, tree, context);
    else await checkLocale(lang, at, tree, context);
    const set = async (path: string) => {
      const file = await textAt(tree, path);
      await putText(file, setAssignments(file.text, { LANG: quoted(lang) }), context);
      return file.path;
    };
    const conf = await set("etc/locale.conf");
    const debian = tree.get("etc/default/locale");
    // Debian's login reads the one, its systemd the one or the other, by its age.
    if (isDebian(tree) && !debian) {
      const link = { type: "symlink", path: "etc/default/locale", target: "../locale.conf" } as const;
      await context.layer.add({ ...link, mode: 0o777, uid: 0, gid: 0, mtime: context.clock });
    } else if (debian && tree.resolve("etc/default/locale")?.path !== conf && debian.type === "file") {
      await set("etc/default/locale");
    }
    if (initSystem(tree) === "systemd" || tree.resolve("etc/profile.d")?.type !== "directory") return;
    const profile = await textAt(tree, "etc/profile.d/00-locale.sh");
    await putText(profile, `export LANG=${quoted(lang)}\n`, context);
  });
}

async function checkLocale(
  lang: string,
  at: ParameterPath,
  tree: Tree,
  context: StageContext,
): Promise<void> {
  if (/^(?:C|POSIX|C\.utf-?8)$/i.test(lang)) return;
  const names = await localesIn(tree);
  if (names?.some(name => comparableLocale(name) === comparableLocale(lang)) ?? true) return;
  const near = names && names.length > 0 ? meant(lang, names) : undefined;
  throw context.fail("locale-unknown", `The tree below does not have the locale ${lang}.`, {
    at,
    advice:
      `${near && names && names.length < 40 ? `${near} ` : ""}Install the package \`locales-all\` in an earlier stage, or ` +
      "say `generate: true` and run locale-gen in a later one. C.UTF-8 needs nothing.",
  });
}

/** Adds the line that locale-gen makes a locale by, or takes its comment mark away. */
async function listForGeneration(lang: string, tree: Tree, context: StageContext): Promise<void> {
  const [name = lang, modifier] = lang.split("@");
  const charset = /utf-?8/i.test(name) ? "UTF-8" : (name.split(".")[1] ?? "ISO-8859-1");
  const line = `${name}${modifier === undefined ? "" : `@${modifier}`} ${charset}`;
  const file = await textAt(tree, "etc/locale.gen");
  const lines = linesOf(file.text);
  const isLine = (text: string) => text.replace(/^#\s*/, "").trim().split(/\s+/).join(" ") === line;
  const at = lines.findIndex(isLine);
  await putText(file, textOf(at < 0 ? [...lines, line] : lines.with(at, line)), context);
}
