import { expect, it } from "vitest";
import { filesLayer } from "../tree/layers.ts";
import { ownersIn, without } from "./ownersIn.ts";

/** The record of a package as pacman 6 and 7 write it. */
function record(name: string, version: string, files: readonly string[]): Record<string, string> {
  const folder = `var/lib/pacman/local/${name}-${version}`;
  return {
    [`${folder}/desc`]: `%NAME%\n${name}\n\n%VERSION%\n${version}\n\n%ARCH%\nx86_64\n\n%LICENSE%\nGPL-3.0-or-later\n\n`,
    [`${folder}/files`]: files.length === 0 ? "" : `%FILES%\n${files.join("\n")}\n\n%BACKUP%\netc/x\tabc\n\n`,
  };
}

const bash = record("bash", "5.2-1", ["etc/", "etc/bash.bashrc", "usr/", "usr/bin/", "usr/bin/bash"]);
const base = {
  ...bash,
  ...record("base", "3-1", []),
  "etc/bash.bashrc": "rc",
  "usr/bin/bash": "bash",
  "etc/machine-id": "",
};

it("reads pacman's records", async () => {
  const found = await ownersIn([await filesLayer(base)]);
  expect(found.packages).toEqual(["base 3-1 x86_64", "bash 5.2-1 x86_64"]);
  expect(found.of).toMatchObject({ "usr/bin/bash": "bash", "etc/bash.bashrc": "bash" });
  expect(found.of).not.toHaveProperty("etc/machine-id");
});

it("forgets what pacman removed or replaced", async () => {
  const upgraded = await filesLayer({
    ...record("bash", "5.3-1", ["usr/bin/bash"]),
    "usr/bin/bash": "newer",
  });
  const cleared = await without("var/lib/pacman/local/bash-5.2-1", "var/lib/pacman/local/base-3-1");
  const { packages } = await ownersIn([await filesLayer(base), upgraded, cleared]);
  expect(packages).toEqual(["bash 5.3-1 x86_64"]);
});

it("remembers the newest records of a database that a stage removed", async () => {
  const upgraded = await filesLayer({
    ...record("bash", "5.3-1", ["usr/bin/bash"]),
    "usr/bin/bash": "newer",
  });
  const layers = [await filesLayer(base), upgraded, await without("var/lib/pacman")];
  const { packages, of } = await ownersIn(layers);
  expect(packages).toEqual(["bash 5.3-1 x86_64"]);
  expect(of["usr/bin/bash"]).toBe("bash");
});

it("finds the list of a record whose list alone was removed", async () => {
  const layers = [await filesLayer(base), await without("var/lib/pacman/local/bash-5.2-1/files")];
  expect((await ownersIn(layers)).of["usr/bin/bash"]).toBe("bash");
});
