/** How a tool's call is named in its card: an icon, a verb, and what it is about. Pure; tools that are not known have their name. */
import type { ToolPart } from "sessiond-protocol";
import type { IconName } from "../icons/icons.ts";
import { pathParts } from "../words.ts";

interface Words {
  readonly icon: IconName;
  readonly verb: string;
  /** The argument that says what it is about. */
  readonly about?: string;
}

const known: Record<string, Words | undefined> = {
  read: { icon: "file", verb: "Read", about: "filePath" },
  list: { icon: "list-tree", verb: "List", about: "path" },
  glob: { icon: "search", verb: "Find", about: "pattern" },
  grep: { icon: "search", verb: "Search", about: "pattern" },
  edit: { icon: "edit", verb: "Edit", about: "filePath" },
  write: { icon: "edit", verb: "Write", about: "filePath" },
  patch: { icon: "edit", verb: "Patch" },
  bash: { icon: "terminal", verb: "Run", about: "command" },
  webfetch: { icon: "globe", verb: "Fetch", about: "url" },
  diagnostics: { icon: "issues", verb: "Problems", about: "filePath" },
  todoWrite: { icon: "checklist", verb: "Plan" },
  todoRead: { icon: "checklist", verb: "Plan" },
  task: { icon: "robot", verb: "Task", about: "description" },
  readResource: { icon: "server", verb: "Resource", about: "uri" },
};

export interface Heading {
  readonly icon: IconName;
  readonly verb: string;
  readonly about: string;
  /** Whether it is code and not prose. */
  readonly code: boolean;
}

export function headingOf(
  { name, state }: ToolPart,
  partial: string | undefined,
  directory: string | undefined,
): Heading {
  const words = known[name] ?? { icon: "tools", verb: name };
  const given = argument(state.input, words.about) ?? partialArgument(partial, words.about);
  const path = words.about === "filePath" || words.about === "path";
  const about = given ?? state.title ?? "";
  return {
    icon: words.icon,
    verb: words.verb,
    about: path ? pathShown(about, directory) : about,
    code: name === "bash" || name === "grep" || name === "glob",
  };
}

function pathShown(path: string, directory: string | undefined): string {
  const { name, folder } = pathParts(path, directory);
  return folder ? `${folder}/${name}` : name;
}

function argument(input: unknown, name: string | undefined): string | undefined {
  const value =
    name && typeof input === "object" && input !== null ? (input as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** Of arguments that are still being written: JSON that has no end yet. */
function partialArgument(json: string | undefined, name: string | undefined): string | undefined {
  if (!json || !name) return undefined;
  const text = new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)`).exec(json)?.[1];
  return text
    ?.replace(/\\n/g, "\n")
    .replace(/\\t/g, "\t")
    .replace(/\\(["\\/])/g, "$1");
}
