import { resolve } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { atParameter } from "./atParameter.ts";
import { defineStage } from "./stage.ts";
import { checkUsers } from "./users/checkUsers.ts";

const passwordDescription =
  "`locked` (nobody logs in with a password), `hashed:` and a hash as crypt(5) makes it (`mkpasswd -m sha-512` or `openssl " +
  "passwd -6`), or the password itself. A hash is to be preferred: a password in a recipe is known to everyone who reads it.";

const account = Type.Object(
  {
    password: Type.Optional(
      Type.String({
        secret: true,
        default: "locked",
        examples: ["hashed:$6$…", "locked"],
        description: passwordDescription,
      }),
    ),
    password_file: Type.Optional(
      Type.String({
        minLength: 1,
        format: "path",
        description:
          "File on this machine whose first line is the password, in the same forms; relative to the recipe file.",
      }),
    ),
    uid: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 4_294_967_294,
        description: "User number. Default: the next free one from 1000 up, for system users from 999 down.",
      }),
    ),
    gid: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 4_294_967_294,
        description:
          "Number of the user's own group. Default: the group of the same name, made with the user's number if that is free.",
      }),
    ),
    groups: Type.Optional(
      Type.Array(
        Type.String({
          pattern: "^[A-Za-z_][A-Za-z0-9_.-]*\\$?(?::[0-9]{1,10})?$",
          patternErrorMessage: "the name of a group, or NAME:NUMBER",
          description:
            "Name of a group of the image. With a number, as in `video:44`, the group is made when the image lacks it.",
        }),
        { uniqueItems: true, default: [], description: "Further groups that the user is a member of." },
      ),
    ),
    home: Type.Optional(
      Type.String({
        pattern: "^/[^:]*$",
        patternErrorMessage: "an absolute path in the image without a colon",
        description: "Home folder. Default: /home/NAME, /root for root.",
      }),
    ),
    shell: Type.Optional(
      Type.String({
        pattern: "^/[^:]*$",
        patternErrorMessage: "an absolute path in the image without a colon",
        description:
          "Login shell. Default: /bin/bash or /bin/sh, whichever the image has; nologin for system users.",
      }),
    ),
    comment: Type.Optional(
      Type.String({ description: "The user's full name or purpose (the GECOS field)." }),
    ),
    system: Type.Optional(
      Type.Boolean({ default: false, description: "A user for a service, not for a person." }),
    ),
    create_home: Type.Optional(
      Type.Boolean({
        description:
          "Whether the home folder is made, with what the image has in /etc/skel. Default: true for new users that are no system users.",
      }),
    ),
    ssh_keys: Type.Optional(
      Type.Array(
        Type.String({ minLength: 1, description: "A public key, as in a line of authorized_keys." }),
        {
          default: [],
          description: "Public keys that open the account over SSH.",
        },
      ),
    ),
  },
  {
    additionalProperties: false,
    description: "One user. A user that the image has already is changed in what is written.",
  },
);

const parameters = Type.Record(
  Type.String(),
  Type.Union([
    Type.String({ secret: true, description: `Short for \`password\`. ${passwordDescription}` }),
    account,
  ]),
  // Whoever forgets a name writes the password in its place.
  { secret: true, description: "Users by their names." },
);

export type UsersParameters = Static<typeof parameters>;
export type AccountParameters = Static<typeof account>;

/** `users`: accounts of the image, with passwords, groups, homes and keys. */
export const users = defineStage({
  kind: "users",
  version: 1,
  icon: "account",
  summary: "Makes and changes users: passwords, groups, home folders, SSH keys.",
  parameters,
  readsTree: true,
  localFacts: true,
  example: "{ root: { password: locked } }",
  inputs(given, place) {
    checkUsers(given, place);
    return Object.entries(given).flatMap(([name, user]) =>
      typeof user === "string" || user.password_file === undefined
        ? []
        : [{ path: resolve(place.baseDir, user.password_file), at: [name, "password_file"] }],
    );
  },
  resolve(given, { recipe }) {
    // Numbers are given in the order of the recipe; salts come from names.
    const hashes = Object.values(given).some(
      user => typeof user === "string" || user.password !== undefined || user.password_file !== undefined,
    );
    return Promise.resolve({ recipe: hashes ? recipe.name : null, order: Object.keys(given) });
  },
  async apply(given, context, resolved) {
    const { addUsers } = await import("./users/addUsers.ts");
    const { order } = resolved as { order: readonly string[] };
    await atParameter(context, [], () => addUsers(given, order, context));
  },
});
