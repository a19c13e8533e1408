import type { OsReleaseParameters } from "../osrelease.ts";
import type { ParameterPath, Place } from "../stage.ts";
import { fillTemplate, TemplateProblem, templateNames, unknownName } from "./template.ts";
import type { TemplateFacts } from "./templateFacts.ts";

// Fields that programs compare, and that may so only have few characters.
const strict =
  /^(?:ID|VERSION_ID|VERSION_CODENAME|BUILD_ID|VARIANT_ID|IMAGE_ID|IMAGE_VERSION|SYSEXT_LEVEL|SYSEXT_SCOPE)$/;

const versionTemplate = "$" + "{version}";

/** A field that is to be set, and the parameter that says so. */
interface Wanted {
  readonly template: string | null;
  readonly at: ParameterPath;
}

/**
 * The values that the fields get; null for those that go.
 * @param before the fields of the tree below
 * @throws Failure placed on the field: `osrelease-template`, `osrelease-value`.
 */
export function evaluateFields(
  given: OsReleaseParameters,
  facts: TemplateFacts,
  before: ReadonlyMap<string, string>,
  place: Place,
): Record<string, string | null> {
  const wanted = wantedFields(given, facts);
  const known = [...new Set([...before.keys(), ...wanted.keys()])];
  const fieldValue = (key: string, through: readonly string[]): string | null => {
    const field = wanted.get(key);
    if (!field || field.template === null) return null;
    const name = (name: string): string => {
      if ((templateNames as readonly string[]).includes(name))
        return facts[name as keyof TemplateFacts] ?? "";
      const isOther = wanted.get(name)?.template != null && name !== key;
      if (isOther && through.includes(name)) throw new TemplateProblem(`${key} and ${name} need each other.`);
      const value = isOther ? fieldValue(name, [...through, key]) : before.get(name);
      if (value === undefined || value === null) throw unknownName(name, known);
      return value;
    };
    try {
      return fillTemplate(field.template, name);
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      const advice = error.advice === undefined ? {} : { advice: error.advice };
      throw place.fail("osrelease-template", `The value of ${key} cannot be filled in. ${error.message}`, {
        at: field.at,
        ...advice,
      });
    }
  };
  const values = [...wanted].map(([key, { at }]) => {
    const value = fieldValue(key, [key]);
    if (value !== null) checkValue(key, value, at, place);
    return [key, value] as const;
  });
  return Object.fromEntries(values);
}

function wantedFields(given: OsReleaseParameters, facts: TemplateFacts): Map<string, Wanted> {
  const { image_id: id, image_version: version, ...others } = given;
  const wanted = new Map<string, Wanted>();
  // In the order of the alphabet: the order in the recipe is no part of the stage's key.
  for (const key of Object.keys(others).sort()) {
    wanted.set(key, { template: (others as Record<string, string | null>)[key] ?? null, at: [key] });
  }
  const usual = facts.name?.toLowerCase().replace(/[^a-z0-9._-]/g, "-");
  if (id !== undefined || !wanted.has("IMAGE_ID")) {
    wanted.set("IMAGE_ID", { template: id === undefined ? (usual ?? null) : id, at: ["image_id"] });
  }
  if (version !== undefined || (facts.version !== undefined && !wanted.has("IMAGE_VERSION"))) {
    const template = version === undefined ? versionTemplate : version;
    wanted.set("IMAGE_VERSION", { template, at: ["image_version"] });
  }
  return wanted;
}

function checkValue(key: string, value: string, at: ParameterPath, place: Place): void {
  if (/\p{Cc}/u.test(value)) {
    throw place.fail(
      "osrelease-value",
      `The value of ${key} has a line break or another control character.`,
      {
        at,
        advice: "Fields are single lines.",
      },
    );
  }
  if (!strict.test(key) || /^[a-z0-9._~^+-]*$/.test(value)) return;
  throw place.fail("osrelease-value", `${key} cannot be ${JSON.stringify(value)}.`, {
    at,
    advice: "os-release(5) allows small letters, digits and . _ - in this field.",
  });
}
