import type { ParameterPath, Place } from "../stage.ts";
import type { AccountParameters, UsersParameters } from "../users.ts";

/** Numbers that mean "nobody at all" to system calls that know 16 bits. */
const noNumber = 65_535;
const control = /\p{Cc}/u;
const keyType =
  /(?:^|\s)(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d+|sk-[a-z0-9-]+@openssh\.com)\s+[A-Za-z0-9+/]{16,}={0,2}(?:\s|$)/;

/** The account as an object, whichever way it is written. */
export function accountOf(given: UsersParameters, name: string): AccountParameters {
  const account = given[name] ?? {};
  return typeof account === "string" ? { password: account } : account;
}

/** Where the recipe has a user's value. */
export function atAccount(given: UsersParameters, name: string, ...rest: ParameterPath): ParameterPath {
  return typeof given[name] === "string" ? [name] : [name, ...rest];
}

/**
 * Checks what the recipe alone shows. Passwords and keys are never part of a message.
 * @throws Failure `user-name`, `user-password`, `user-number`, `user-field`, `user-key`.
 */
export function checkUsers(given: UsersParameters, place: Place): void {
  const numbers = new Map<number, string>();
  for (const name of Object.keys(given)) {
    if (name.length === 0 || name.length > 32 || !/^[a-z_][a-z0-9_.-]*\$?$/.test(name)) {
      throw place.fail("user-name", `${JSON.stringify(name)} cannot be the name of a user.`, {
        at: [name],
        advice: "Names have at most 32 characters: small letters, digits, - and _, a letter first.",
      });
    }
    const account = accountOf(given, name);
    checkPassword(account, name, (...at) => atAccount(given, name, ...at), place);
    for (const key of ["uid", "gid"] as const) {
      if (account[key] !== noNumber) continue;
      throw place.fail("user-number", `${noNumber} cannot be a ${key}: it means nobody.`, {
        at: [name, key],
      });
    }
    const other = account.uid === undefined ? undefined : numbers.get(account.uid);
    if (other !== undefined) {
      throw place.fail("user-number", `${name} and ${other} would both be user ${account.uid}.`, {
        at: [name, "uid"],
        advice: "Give each its own number, or leave it out.",
      });
    }
    if (account.uid !== undefined) numbers.set(account.uid, name);
    for (const key of ["home", "shell", "comment"] as const) {
      const text = account[key];
      if (text === undefined || (!control.test(text) && !text.includes(":"))) continue;
      throw place.fail("user-field", `The ${key} of ${name} has a colon or a control character.`, {
        at: [name, key],
        advice: "A line of /etc/passwd could not hold it.",
      });
    }
    for (const [index, key] of (account.ssh_keys ?? []).entries())
      checkKey(key, name, [name, "ssh_keys", index], place);
  }
}

function checkPassword(
  { password, password_file: file }: AccountParameters,
  name: string,
  at: (...rest: ParameterPath) => ParameterPath,
  place: Place,
): void {
  if (password === undefined) return;
  if (file !== undefined) {
    throw place.fail("user-password", `${name} has both a password and a password_file.`, {
      at: at("password_file"),
    });
  }
  if (typeof (password as unknown) !== "string") {
    throw place.fail("user-password", `The password of ${name} is not a text.`, {
      at: at("password"),
      advice: "Put it in quotes.",
    });
  }
  const problem = passwordProblem(password);
  if (problem)
    throw place.fail("user-password", `The password of ${name} ${problem.what}.`, {
      at: at("password"),
      advice: problem.advice,
    });
}

/** What is wrong with a password, in words that do not show it. */
export function passwordProblem(password: string): { what: string; advice: string } | undefined {
  if (control.test(password)) {
    return { what: "has a line break or another control character", advice: "Nobody could type it." };
  }
  if (password.startsWith("hashed:")) {
    if (/^hashed:\$[A-Za-z0-9]{1,8}\$[^\s:]+\$[^\s:$]+$/.test(password)) return undefined;
    return {
      what: "is no hash, although it says so",
      advice: "Write hashed: and what `mkpasswd -m sha-512` prints.",
    };
  }
  if (/^\$(?:1|2[aby]|5|6|7|y|gy)\$/.test(password)) {
    return { what: "looks like a hash", advice: "Write hashed: before it." };
  }
  if (Buffer.byteLength(password) > 255)
    return { what: "is longer than 255 bytes", advice: "Take a shorter one." };
  return undefined;
}

function checkKey(key: string, name: string, at: ParameterPath, place: Place): void {
  if (/PRIVATE KEY/.test(key)) {
    throw place.fail("user-key", `A private key stands among the public keys of ${name}.`, {
      at,
      advice: "Take it out of the recipe; the public one is in the file that ends in .pub.",
    });
  }
  if (!control.test(key.trim()) && keyType.test(key.trim())) return;
  throw place.fail("user-key", `A key of ${name} is no public SSH key.`, {
    at,
    advice: "Write the line from the file that ends in .pub: the type, the key and perhaps a comment.",
  });
}
