import { type Static, Type } from "@sinclair/typebox";
import { defineStage } from "./stage.ts";

const name = {
  pattern: "^[A-Za-z][A-Za-z0-9_.@-]*$",
  patternErrorMessage: "the name of a locale, such as en_US.UTF-8 or C.UTF-8",
  examples: ["C.UTF-8", "en_US.UTF-8", "de_DE.UTF-8"],
};

const lang =
  "Language and character set of the system (LANG). C.UTF-8 is always there; others must be in the image: with Debian " +
  "from the package `locales-all`, or from `locales` and locale-gen.";

const parameters = Type.Union([
  Type.String({ ...name, description: lang }),
  Type.Object(
    {
      lang: Type.Optional(Type.String({ ...name, description: lang })),
      generate: Type.Optional(
        Type.Boolean({
          default: false,
          description:
            "Lists the locale in /etc/locale.gen instead of asking for it in the tree below; a later stage makes it with " +
            "`run: locale-gen`.",
        }),
      ),
      keymap: Type.Optional(
        Type.String({
          pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]*$",
          patternErrorMessage: "the name of a keyboard layout, such as us or de-latin1",
          description: "Layout of the keyboard on the console (KEYMAP in /etc/vconsole.conf).",
        }),
      ),
    },
    { additionalProperties: false, description: "Language and keyboard." },
  ),
]);

export type LocaleParameters = Static<typeof parameters>;

/** `locale`: the system's language, and the keyboard of its console. */
export const locale = defineStage({
  kind: "locale",
  version: 1,
  icon: "globe",
  summary: "Sets the language of the system and the keyboard of its console.",
  parameters,
  readsTree: true,
  example: "C.UTF-8",
  async apply(given, context) {
    const written = typeof given === "string" ? { lang: given } : given;
    const { setLang } = await import("./locale/setLang.ts");
    const { setKeymap } = await import("./locale/setKeymap.ts");
    const tree = await context.below();
    const at = typeof given === "string" ? [] : ["lang"];
    if (written.lang !== undefined) {
      await setLang(
        { lang: written.lang, generate: "generate" in written && written.generate === true, at },
        tree,
        context,
      );
    }
    if ("keymap" in written && written.keymap !== undefined) await setKeymap(written.keymap, tree, context);
  },
});
