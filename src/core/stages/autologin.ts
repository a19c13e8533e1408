import { type Static, Type } from "@sinclair/typebox";
import { defineStage } from "./stage.ts";

const user = {
  pattern: "^[A-Za-z_][A-Za-z0-9_.-]*\\$?$",
  patternErrorMessage: "the name of a user",
  description: "User of the image who is logged in without a password.",
};

const parameters = Type.Union([
  Type.String({ ...user, examples: ["root"] }),
  Type.Object(
    {
      user: Type.String(user),
      tty: Type.Optional(
        Type.Array(
          Type.String({
            pattern: "^(?:console|[a-z]+[A-Za-z]*[0-9]+)$",
            patternErrorMessage: "the name of a terminal, such as ttyS0, tty1, hvc0 or console",
            description: "Name of a terminal in /dev.",
          }),
          {
            minItems: 1,
            uniqueItems: true,
            description: "The terminals. Default: each on which the system offers a login.",
          },
        ),
      ),
    },
    { additionalProperties: false, description: "Who is logged in, and where." },
  ),
]);

export type AutologinParameters = Static<typeof parameters>;

/** `autologin`: a login without questions, for images that are tried out. */
export const autologin = defineStage({
  kind: "autologin",
  version: 1,
  icon: "sign-in",
  summary:
    "Logs a user in on the console without a password. For test boots: put it under an option with `when:`.",
  parameters,
  readsTree: true,
  example: "root",
  async apply(given, context) {
    const { setAutologin } = await import("./autologin/setAutologin.ts");
    await setAutologin(given, context);
  },
});
