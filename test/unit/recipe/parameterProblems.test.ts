import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { missingInputs } from "../../../src/core/build/missingInputs.ts";
import { loadRecipe } from "../../../src/core/recipe/load.ts";
import { flat } from "./loading.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-parameters-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "main.whittle.yaml");

async function problems(stage: string): Promise<string[]> {
  const text = `stages:\n  - ${stage}\noutputs:\n  - tar: {}\n`;
  const result = await loadRecipe({ file, texts: new Map([[file, text]]) });
  expect(result.recipe).toBeUndefined();
  return flat(result, text);
}

test.each([
  [
    'files: [ { path: "/etc/../../x", content: a } ]',
    'bad-path 2:22 ["/etc/../../x"] The path "/etc/../../x" cannot be used: it contains "..". (Write the path from the image\'s root.)',
  ],
  [
    "files: [ { path: /a, content: a, link: b } ]",
    "two-contents 2:44 [b] /a cannot have both content and link.",
  ],
  [
    "files: [ { path: /a } ]",
    "no-content 2:14 [{ path: /a }] Nothing says what /a is. (Add one of content, contentBase64, source, link, device, directory.)",
  ],
  [
    "tree: { source: a, target: /../b }",
    'bad-path 2:32 [/../b] The path "/../b" cannot be used: it contains "..". (Write the path from the image\'s root.)',
  ],
])("what a kind itself finds wrong is found on load, without building: %s", async (stage, problem) => {
  expect(await problems(stage)).toEqual([problem]);
});

test.each([
  [
    "files: [ { path: etc, content: a } ]",
    'wrong-value 2:22 [etc] Expected an absolute path in the image, such as /etc/hostname for `path`, but found the text "etc".',
  ],
  [
    "files: [ { path: /a, content: a, owner: root } ]",
    'wrong-value 2:45 [root] Expected a numeric user and group id, such as "0:0" or "1000:1000" for `owner`, but found the text "root".',
  ],
  [
    'files: [ { path: /a, device: "x 1:1" } ]',
    'wrong-value 2:34 ["x 1:1"] Expected c or b, a space, and the numbers of the device, such as "c 5:1" for `device`, but found the text "x 1:1".',
  ],
  [
    "remove: [ usr ]",
    'wrong-value 2:15 [usr] Expected an absolute path in the image, such as /usr/share/doc/** for an entry of `remove`, but found the text "usr".',
  ],
  [
    "archive: { source: a.tar, sha256: abc }",
    'wrong-value 2:39 [abc] Expected a sha256 in hex (64 digits) for `sha256`, but found the text "abc".',
  ],
  [
    "busybox: { applets: some }",
    'wrong-value 2:25 [some] Expected all, none or a list for `applets`, but found the text "some".',
  ],
])("a value of the wrong form is told what form it takes: %s", async (stage, problem) => {
  expect(await problems(stage)).toEqual([problem]);
});

test("files and folders that are not there are each found at their place, without building", async () => {
  const text = `stages:
  - files: [ { path: /a, source: mian.whittle.yaml }, { path: /b, content: b } ]
  - tree: overlay
outputs:
  - tar: {}
`;
  const { recipe } = await loadRecipe({ file, texts: new Map([[file, text]]) });
  if (!recipe) throw new Error("The recipe must load.");
  expect(flat({ recipe, diagnostics: await missingInputs(recipe) }, text)).toEqual([
    expect.stringMatching(/^input-missing 2:34 \[mian\.whittle\.yaml\] mian\.whittle\.yaml does not exist\./),
    expect.stringMatching(/^input-missing 3:11 \[overlay\] overlay does not exist\./),
  ]);
});
