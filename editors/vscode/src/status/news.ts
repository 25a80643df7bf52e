/** What of a session's events is worth a notification, and how it is said. Pure. */
import type { Event, PermissionRequest, QuestionRequest } from "sessiond-protocol";
import { duration } from "../figures.ts";
import type { Transcript } from "../session/transcript.ts";
import { unhidden } from "../unhidden.ts";

/** Characters of a command: what remains of a notification is for why it asks, and for what would be saved. */
const longestSubject = 240;

export type News =
  | { readonly kind: "permission"; readonly id: string; readonly request: PermissionRequest }
  | { readonly kind: "question"; readonly id: string; readonly request: QuestionRequest }
  | { readonly kind: "ended"; readonly id: string; readonly failed: boolean; readonly text: string };

/** A turn that its user has stopped is no news to them, one that was short neither. */
export function newsOf(transcript: Transcript, events: readonly Event[], longTurnMs: number): News[] {
  return events.flatMap((event): News[] => {
    switch (event.type) {
      case "permission.asked":
      case "question.asked":
        return waiting(transcript).filter(({ id }) => id === event.request.id);
      case "turn.ended":
        return endOf(transcript, event.turnId, longTurnMs);
      default:
        return [];
    }
  });
}

/** What waits for an answer; what was answered within the same events does not. */
export function waiting({ permissions, questions }: Transcript): News[] {
  return [
    ...permissions.map((request) => ({ kind: "permission" as const, id: request.id, request })),
    ...questions.map((request) => ({ kind: "question" as const, id: request.id, request })),
  ];
}

function endOf(transcript: Transcript, id: string, longTurnMs: number): News[] {
  const turn = transcript.turns[id];
  if (!turn?.ended || turn.ended.stopReason === "aborted") return [];
  const { at, stopReason, error } = turn.ended;
  if (at - turn.startedAt < longTurnMs) return [];
  const title = quoted(transcript.session?.title);
  const failed = stopReason === "error" || stopReason === "interrupted";
  const text = failed
    ? `${title} has ${stopReason === "error" ? "failed" : "been interrupted"} after ${duration(at - turn.startedAt)}${error ? `: ${error.message}` : "."}`
    : `${title} is done after ${duration(at - turn.startedAt)}.`;
  return [{ kind: "ended", id, failed, text: plainLine(text) }];
}

export function sayPermission(request: PermissionRequest, session: string | undefined): string {
  const { reason, always } = request;
  const rules = (always ?? []).map(({ permission, pattern }) => `${permission} ${pattern}`);
  const parts = [
    `${quoted(session)} asks: ${subjectOf(request)}`,
    reason ? ` (${reason.replace(/\.$/, "")})` : "",
    rules.length ? `. Always, in this project: ${rules.join(", ")}` : "",
  ];
  return plainLine(parts.join(""));
}

/** What does not fit of a command is counted, so that nobody takes a part of it for the whole. */
function subjectOf({ permission, title, command }: PermissionRequest): string {
  if (!command || title.endsWith(command)) return title;
  const whole = plainLine(permission === "bash" ? command : `${title}: ${command}`, Infinity);
  const more = whole.length - longestSubject;
  return more > 0 ? `${whole.slice(0, longestSubject)}… (${more} more characters)` : whole;
}

export function sayQuestion({ source, message }: QuestionRequest, session: string | undefined): string {
  return plainLine(`${quoted(session)}: ${source} asks: ${message}`);
}

/** The workbench makes links of `[text](command:…)`, and nothing of other Markdown; what is said here is others' text. */
export function plainLine(text: string, longest = 400): string {
  const line = unhidden(text.replace(/\s+/g, " ")).replaceAll("`", "").replaceAll("](", "] (");
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

function quoted(title = ""): string {
  const short = title.replace(/\s+/g, " ").trim();
  if (!short) return "A session";
  return `“${short.length > 60 ? `${short.slice(0, 59)}…` : short}”`;
}
