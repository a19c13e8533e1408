import { jsonSchema } from "../../core/recipe/jsonSchema.ts";
import { referenceDocs } from "../../core/recipe/referenceDocs.ts";
import type { CommonOptions } from "../commonOptions.ts";
import { writeJson } from "../json.ts";

/** `whittle schema`: the JSON Schema of recipes, or their reference in Markdown. */
export async function schema(options: CommonOptions & { readonly docs?: true }): Promise<number> {
  if (options.docs) process.stdout.write(referenceDocs());
  else if (options.json) writeJson({ result: "schema", schema: jsonSchema() });
  else process.stdout.write(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
  return 0;
}
