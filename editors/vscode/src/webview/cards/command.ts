/** What a permission is asked for, line by line: the whole of a command, since the title of the request is cut. Pure. */
import type { PermissionRequest } from "sessiond-protocol";
import { unhidden } from "../../unhidden.ts";

/** Nothing that the card's heading says already, which is the title but for questions about commands themselves. */
export function subjectsOf({ permission, title, patterns, command }: PermissionRequest): string[] {
  if (permission === "bash") return [unhidden(command ?? title)];
  const beside = !command || title.endsWith(command) ? [] : [command];
  const said = [title, ...beside];
  return [...beside, ...patterns.filter((pattern) => !said.some((text) => text.includes(pattern)))].map(unhidden);
}
