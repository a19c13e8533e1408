import { expect, test } from "vitest";
import { OptionChoices } from "../../../src/vscode/recipes/optionChoices.ts";
import { uriOf } from "./states.ts";

/** Keeps values as VS Code's does: as JSON. */
function memento() {
  const kept = new Map<string, string>();
  function get<T>(key: string): T | undefined;
  function get<T>(key: string, fallback: T): T;
  function get<T>(key: string, fallback?: T): T | undefined {
    const text = kept.get(key);
    return text === undefined ? fallback : (JSON.parse(text) as T);
  }
  return {
    get,
    keys: () => [...kept.keys()],
    update: async (key: string, value: unknown) => void kept.set(key, JSON.stringify(value)),
  };
}

const recipe = uriOf("/w/tiny.whittle.yaml");

test("choices outlive the window, each recipe's on its own", async () => {
  const memory = memento();
  const choices = new OptionChoices(memory);
  await choices.set(recipe, "debug", true, false);
  await choices.set(recipe, "docs", false, true);
  const later = new OptionChoices(memory);
  expect(later.of(recipe)).toEqual({ with: ["debug"], without: ["docs"] });
  expect(later.of(uriOf("/w/other.whittle.yaml"))).toEqual({ with: [], without: [] });
});

test("only what differs from the default is kept, so that a changed default takes effect", async () => {
  const choices = new OptionChoices(memento());
  await choices.set(recipe, "debug", true, false);
  await choices.set(recipe, "debug", false, false);
  expect(choices.of(recipe)).toEqual({ with: [], without: [] });
});

test("an option that was flipped before its default changed is in one list only", async () => {
  const choices = new OptionChoices(memento());
  await choices.set(recipe, "debug", true, false);
  await choices.set(recipe, "debug", false, true);
  expect(choices.of(recipe)).toEqual({ with: [], without: ["debug"] });
});

test("flipping an option twice keeps it once", async () => {
  const choices = new OptionChoices(memento());
  await choices.set(recipe, "debug", true, false);
  await choices.set(recipe, "debug", true, false);
  expect(choices.of(recipe).with).toEqual(["debug"]);
});
