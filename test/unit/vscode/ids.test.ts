import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  commands,
  contexts,
  editors,
  items,
  panels,
  recipeGlob,
  settings,
  views,
  walkthrough,
} from "../../../src/vscode/ids.ts";

const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
const manifest = JSON.parse(text);
const { contributes } = manifest;

const sorted = (values: readonly string[]): string[] => [...values].sort();

describe("package.json and ids.ts", () => {
  test("declare the same commands", () => {
    const declared = contributes.commands.map((each: { command: string }) => each.command);
    expect(sorted(declared)).toEqual(sorted(Object.values(commands)));
  });

  test("declare the same views", () => {
    const declared = Object.values(contributes.views).flatMap(each =>
      (each as { id: string }[]).map(view => view.id),
    );
    expect(sorted(declared)).toEqual(sorted(Object.values(views)));
  });

  test("declare the same custom editors", () => {
    const declared = contributes.customEditors.map((each: { viewType: string }) => each.viewType);
    expect(sorted(declared)).toEqual(sorted(Object.values(editors)));
  });

  test("declare the same settings", () => {
    const { section, ...names } = settings;
    const declared = Object.keys(contributes.configuration.properties);
    expect(sorted(declared)).toEqual(sorted(Object.values(names).map(name => `${section}.${name}`)));
  });

  test("menus name only commands and views that exist", () => {
    const entries = Object.values(contributes.menus).flat() as { command: string; when?: string }[];
    for (const { command, when = "" } of entries) {
      expect(Object.values<string>(commands)).toContain(command);
      for (const [, view = ""] of when.matchAll(/view == (\S+)/g))
        expect(Object.values<string>(views)).toContain(view);
    }
  });

  test("menus name only item states that the trees give", () => {
    const states = Object.values<string>(items);
    for (const [, exact = ""] of text.matchAll(/viewItem == ([\w.]+)/g)) expect(states).toContain(exact);
    for (const [, pattern = ""] of text.matchAll(/viewItem =~ \/(.+?)\/"/g)) {
      const regex = new RegExp(JSON.parse(`"${pattern}"`));
      expect(states.some(state => regex.test(state))).toBe(true);
    }
  });

  test("conditions name only context keys that the code sets", () => {
    const names = [...Object.values<string>(contexts), ...Object.values<string>(items)];
    const conditions = [...text.matchAll(/"(?:when|enablement)": "([^"]*)"|onContext:([\w.]+)/g)];
    const keys = conditions.flatMap(([, when = "", key = ""]) => [
      ...(key === "" ? [] : [key]),
      ...(when.match(/\bwhittle\.\w+/g) ?? []).filter(
        id => !new RegExp(`view == ${id}\\b`).test(when) && !new RegExp(`viewItem == ${id}`).test(when),
      ),
    ]);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(names).toContain(key);
  });

  test("agree on the panel, the recipe files and the walkthrough", () => {
    expect(manifest.activationEvents).toContain(`onWebviewPanel:${panels.sizes}`);
    expect(manifest.activationEvents).toContain(`workspaceContains:${recipeGlob}`);
    expect(contributes.walkthroughs[0].id).toBe(walkthrough);
  });

  test("mention no command that does not exist, in links and walkthrough steps either", () => {
    for (const [, id = ""] of text.matchAll(/(?:command|onCommand):(whittle\.\w+)/g)) {
      expect(Object.values<string>(commands)).toContain(id);
    }
  });
});
