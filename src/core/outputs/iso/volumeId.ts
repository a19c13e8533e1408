import { mostVolumeIdLength } from "./schema.ts";

/** A volume's name in the characters that ISO 9660 allows, made of any text. */
export function volumeIdOf(text: string): string {
  const allowed = text.toUpperCase().replaceAll(/[^A-Z0-9_]+/g, "_");
  return allowed.slice(0, mostVolumeIdLength) || "ISO";
}
