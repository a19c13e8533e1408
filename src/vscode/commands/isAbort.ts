/** True for what cancelled work rejects with: nobody needs to be told. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
