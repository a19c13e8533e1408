import { describe, expect, it } from "vitest";
import { osrelease } from "../../../src/core/stages/osrelease.ts";
import { runSettings, type SettingsOptions } from "../settings/settingsRun.ts";
import { filesLayer } from "../tree/layers.ts";

const debian = {
  "etc/os-release": "-> ../usr/lib/os-release",
  "usr/lib/os-release":
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nHOME_URL="https://www.debian.org/"\n',
};
const t = (name: string) => `$${`{${name}}`}`;

async function run(
  parameters: unknown,
  options: SettingsOptions = {},
  files: Record<string, string> = debian,
) {
  return runSettings(osrelease, parameters, [await filesLayer(files)], options);
}

describe("osrelease", () => {
  it("sets and removes fields where the link leads, and names image and version", async () => {
    const { text, tree } = await run(
      { VARIANT: "Small one", HOME_URL: null, VARIANT_ID: "small" },
      { version: "1.2+3" },
    );
    expect(await text("usr/lib/os-release")).toBe(
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n' +
        'IMAGE_ID=demo-image\nIMAGE_VERSION="1.2+3"\nVARIANT="Small one"\nVARIANT_ID=small\n',
    );
    expect(tree.get("etc/os-release")?.type).toBe("symlink");
  });

  it("makes the file and its link in a tree that has none", async () => {
    const { text, tree } = await run({ NAME: "Späß" }, {}, {});
    expect(await text("etc/os-release")).toBe('IMAGE_ID=demo-image\nNAME="Späß"\n');
    expect(tree.get("etc/os-release")).toMatchObject({ target: "../usr/lib/os-release" });
  });

  it("fills templates, with the value below for a field itself and the new one for others", async () => {
    const { text } = await run(
      {
        PRETTY_NAME: `${t("NAME")} ${t("VERSION_ID")} for ${t("arch")}, ${t("IMAGE_VERSION")} $$5`,
        NAME: `My ${t("NAME")}`,
        image_version: `${t("version")}.${t("date")}`,
      },
      { version: "7", env: { ...process.env, SOURCE_DATE_EPOCH: "1700000000" } },
    );
    const made = await text("etc/os-release");
    expect(made).toContain('PRETTY_NAME="My Debian GNU/Linux 12 for x86_64, 7.2023-11-14 \\$5"\n');
    expect(made).toContain('NAME="My Debian GNU/Linux"\n');
    expect(made).toContain("IMAGE_VERSION=7.2023-11-14\n");
  });

  it("gives the same for every order of the keys", async () => {
    const one = await run({ B: t("A"), A: "x", C: t("B") });
    const other = await run({ C: t("B"), A: "x", B: t("A") });
    expect(one.layer.digest).toBe(other.layer.digest);
  });

  it("has in its key only what it uses", async () => {
    expect((await run({ image_id: "x", image_version: null, NAME: "a" }, { version: "1" })).resolved).toEqual(
      {},
    );
    expect((await run({ image_id: null, NAME: t("name") })).resolved).toEqual({ name: "Demo Image" });
    const { text } = await run({ image_id: null, image_version: null }, { version: "1" });
    expect(await text("etc/os-release")).toBe(debian["usr/lib/os-release"]);
  });

  it.each([
    [
      "a name that is nothing",
      { NAME: t("versoin") },
      "osrelease-template",
      ["NAME"],
      "Did you mean `version`?",
    ],
    ["a field that is not there", { NAME: t("VARIANT") }, "osrelease-template", ["NAME"], undefined],
    ["fields that need each other", { A: t("B"), B: t("A") }, "osrelease-template", ["B"], undefined],
    ["a lone dollar", { NAME: "5 $" }, "osrelease-template", ["NAME"], "$$"],
    ["a recipe without a version", { NAME: t("version") }, "osrelease-template", ["NAME"], "version:"],
    ["a day nobody set", { NAME: t("date") }, "osrelease-template", ["NAME"], "SOURCE_DATE_EPOCH"],
    ["a line break", { NAME: "a\nb" }, "osrelease-value", ["NAME"], undefined],
    ["capitals in an id", { ID: "Debian" }, "osrelease-value", ["ID"], undefined],
    ["small letters for a field", { variant: "x" }, "osrelease-field", ["variant"], "VARIANT"],
  ])("refuses %s", async (_, parameters, code, placedAt, advice) => {
    const outcome = run(parameters, { env: { PATH: process.env["PATH"] } });
    await expect(outcome).rejects.toMatchObject({
      code,
      placedAt,
      ...(advice === undefined ? {} : { advice: expect.stringContaining(advice) }),
    });
  });
});
