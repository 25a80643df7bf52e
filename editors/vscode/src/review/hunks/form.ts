/** How a text is stored, beside what it says: a deleted file comes back with it. Pure. */
import { createHash } from "node:crypto";

export interface Form {
  /** Whether a byte order mark is before it. */
  readonly mark: boolean;
  /** Of each line; where they differ, the one that most lines have. */
  readonly end: "\n" | "\r\n";
}

const forms: readonly Form[] = [false, true].flatMap((mark) =>
  (["\n", "\r\n"] as const).map((end): Form => ({ mark, end })),
);

/** Undefined where no line is ended. */
export function formOf(text: string): Form | undefined {
  const ends = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  return ends ? { mark: text.startsWith("\ufeff"), end: 2 * windows > ends ? "\r\n" : "\n" } : undefined;
}

/** The engine's texts have no form, but its name for a content is the hash of what was stored. Undefined where no form leads to it. */
export function formOfNamed(text: string, name: string): Form | undefined {
  const lines = text.split("\n");
  return forms.find((form) => createHash("sha256").update(stored(lines, form)).digest("hex") === name);
}

export function stored(lines: readonly string[], { mark, end }: Form): string {
  return (mark ? "\ufeff" : "") + lines.join(end);
}
