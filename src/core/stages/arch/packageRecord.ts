/** What is known of a package besides what pacman writes down by itself. */
export interface RecordFacts {
  /** The recipe names it; it is not only there because others need it. */
  readonly explicit: boolean;
  /** How its file was checked. */
  readonly validation: "sha256" | "pgp";
}

/**
 * pacman's record of an installed package (`desc` in its local database), with the fixed clock for the day of the
 * installation, and with what pacman cannot know when it is handed files.
 * @param clock seconds since 1970.
 */
export function recordOf(text: string, clock: number, facts: RecordFacts | undefined): string {
  const paragraphs = text.split("\n\n").map(each => {
    if (each.startsWith("%INSTALLDATE%\n")) return `%INSTALLDATE%\n${clock}`;
    if (!facts || !each.startsWith("%VALIDATION%\n")) return each;
    const reason = facts.explicit ? "" : "%REASON%\n1\n\n";
    return `${reason}%VALIDATION%\n${facts.validation}`;
  });
  return paragraphs.join("\n\n");
}
