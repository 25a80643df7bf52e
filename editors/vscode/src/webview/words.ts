/** How names, outputs and remedies are said on the page; figures are everybody's. Pure. */
import type { Failure, Message } from "sessiond-protocol";

export { bytes, duration, money, tokens, total } from "../figures.ts";

/** The last part of a path, and the folder before it. */
export function pathParts(path: string, directory: string | undefined): { name: string; folder: string } {
  const shown = directory && path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
  const slash = shown.lastIndexOf("/");
  return { name: shown.slice(slash + 1), folder: slash > 0 ? shown.slice(0, slash) : "" };
}

/** Milliseconds from the first message of a turn to the last time that any of them carries. */
export function leastDuration(messages: readonly Message[]): number {
  const times = messages.flatMap(({ createdAt, parts }) => [
    createdAt,
    ...parts.flatMap((part) => (part.type === "tool" && part.state.endedAt ? [part.state.endedAt] : [])),
  ]);
  return times.length ? Math.max(...times) - Math.min(...times) : 0;
}

/** What can be done about it, as a command of the panel and its label. */
export function remedyOf(
  failure: Failure,
): { command: "sessiond.setKey" | "sessiond.chooseModel"; label: string } | undefined {
  if (failure.kind === "authRequired") return { command: "sessiond.setKey", label: "Set API Key…" };
  if (failure.kind === "modelNotFound" || failure.kind === "quotaExceeded")
    return { command: "sessiond.chooseModel", label: "Choose Model…" };
  return undefined;
}

const ofService: ReadonlySet<string> = new Set(["overloaded", "providerUnavailable", "quotaExceeded", "rateLimited"]);

/** Whether the same prompt may be answered later: the model's service has failed, and not what it was asked. */
export function mayBeTriedAgain({ kind }: Failure): boolean {
  return ofService.has(kind);
}

/** What terminals obey. */
const escapes =
  /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])|[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

export function plain(output: string): string {
  return output.replace(/\r\n/g, "\n").replace(escapes, "");
}
