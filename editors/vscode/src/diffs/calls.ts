/** What calls of tools say of the files that they have changed; what is not of that form is left out. Pure. */
import type { Message } from "sessiond-protocol";

export interface Changed {
  readonly path: string;
  readonly diff: string;
}

/** `metadata.files` of a call: those that it has changed itself, each with what it did. */
export function changesOf(part: Message["parts"][number]): Changed[] {
  return listOf(part, "files").flatMap(({ path, diff }) =>
    typeof path === "string" && typeof diff === "string" && diff ? [{ path, diff }] : [],
  );
}

/** Of a call whose changes are not all told by diffs: a command's, a task's. The engine knows them when the turn is over. */
export function hasUntold(part: Message["parts"][number]): boolean {
  const told = new Set(changesOf(part).map(({ path }) => path));
  const untold = listOf(part, "changes").some(({ path }) => typeof path === "string" && !told.has(path));
  return untold || (part.type === "tool" && part.name === "task");
}

function listOf(part: Message["parts"][number], name: "files" | "changes"): Partial<Record<string, unknown>>[] {
  const list: unknown = part.type === "tool" ? part.state.metadata?.[name] : undefined;
  return Array.isArray(list) ? list.filter((each: unknown) => typeof each === "object" && each !== null) : [];
}
