import * as vscode from "vscode";

/**
 * True when the Red Hat YAML extension serves this window: it then has our schema (package.json yamlValidation)
 * and shows completion, hover and schema problems itself. Ours would be doubles.
 */
export function redHatYamlIsThere(): boolean {
  return vscode.extensions.getExtension("redhat.vscode-yaml") !== undefined;
}
