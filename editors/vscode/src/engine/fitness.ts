/** Whether a program that was started is an engine that this extension can use; what is said of one that is not. Pure. */
import type { EngineOptions } from "sessiond-protocol";

/** Without these there is no chat. What else an engine lacks costs only what needs it. */
const needed = ["session/create", "session/subscribe", "session/chat", "session/abort", "permission/reply"];

/** Of the first that it has said; undefined where that may be the head of a message. */
export function foreign(program: string, said: string): string | undefined {
  const head = "content-";
  if (said.toLowerCase().startsWith(head.slice(0, said.length))) return undefined;
  const [line = ""] = said.trim().split(/[\r\n]/, 1);
  return `${program} is no sessiond engine: it said “${shown(line)}”.`;
}

export function lacking(program: string, version: string, { methods }: EngineOptions): string | undefined {
  const missing = needed.filter((method) => !Array.isArray(methods) || !methods.includes(method));
  if (missing.length === 0) return undefined;
  return `The engine ${shown(version)} at ${program} is too old for this extension: it lacks ${missing[0] ?? ""}${missing.length > 1 ? " and more" : ""}.`;
}

/** Another program's words. */
function shown(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, " ").trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
