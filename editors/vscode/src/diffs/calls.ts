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

/**
 * Which files have changes that no diff tells: those that commands have changed, and with a task any that no call here has.
 * The engine knows what they were when the turn is over. Undefined for none.
 */
export function untoldOf(messages: readonly Message[]): ((path: string) => boolean) | undefined {
  const parts = messages.flatMap((message) => message.parts);
  const untold = new Set(parts.flatMap(untoldPaths));
  const told = new Set(parts.flatMap(changesOf).map(({ path }) => path));
  const isTask = parts.some((part) => part.type === "tool" && part.name === "task");
  return untold.size || isTask ? (path) => untold.has(path) || (isTask && !told.has(path)) : undefined;
}

/** All that a call says that it has changed, by a diff or without. */
export function pathsOf(part: Message["parts"][number]): string[] {
  return [...changesOf(part).map(({ path }) => path), ...untoldPaths(part)];
}

/** What the engine calls the content that a call has found in a file. Undefined where there was none, and where it is not told. */
export function contentBefore(part: Message["parts"][number], path: string): string | undefined {
  const before = listOf(part, "changes").find((change) => change.path === path)?.before;
  return typeof before === "string" ? before : undefined;
}

function untoldPaths(part: Message["parts"][number]): string[] {
  const told = new Set(changesOf(part).map(({ path }) => path));
  return listOf(part, "changes").flatMap(({ path }) => (typeof path === "string" && !told.has(path) ? [path] : []));
}

function listOf(part: Message["parts"][number], name: "files" | "changes"): Partial<Record<string, unknown>>[] {
  const list: unknown = part.type === "tool" ? part.state.metadata?.[name] : undefined;
  return Array.isArray(list) ? list.filter((each: unknown) => typeof each === "object" && each !== null) : [];
}
