/** What live events change: text that is still being said, progress, what the session is doing. Called by `fold` only. */
import type { Event, Notice, ToolProgress } from "sessiond-protocol";
import { changePart, withText } from "./fold.ts";
import { idle, type Transcript } from "./transcript.ts";

/** What a tool shows while it runs is bounded: the newest of it is what counts. */
const progressLimit = 64 * 1024;
const noticeLimit = 20;

export function foldLive(transcript: Transcript, event: Event): void {
  switch (event.type) {
    case "part.delta":
      return extend(transcript, event.messageId, event.partId, event.text);
    case "tool.progress":
      return progress(transcript, event);
    case "status":
      transcript.activity = {
        ...idle,
        ...told({ state: event.state, attempt: event.attempt, nextTryAt: event.nextTryAt, reason: event.reason }),
      };
      return;
    case "context":
      transcript.context = { used: event.used, limit: event.limit ?? null, compactsAt: event.compactsAt ?? null };
      return;
    case "notice":
      return notice(transcript, event);
    default:
  }
}

function progress(transcript: Transcript, { partId, text, done, total }: ToolProgress): void {
  const known = transcript.progress[partId] ?? { text: "", done: null, total: null };
  transcript.progress[partId] = {
    ...known,
    ...told({ done, total }),
    text: (known.text + (text ?? "")).slice(-progressLimit),
  };
}

function notice(transcript: Transcript, { severity, text }: Notice): void {
  const after = transcript.messages.at(-1)?.id ?? "";
  transcript.notices = [...transcript.notices, { severity, text, after }].slice(-noticeLimit);
}

/** Without the fields that were left out. */
function told<T extends object>(fields: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as never;
}

function extend(transcript: Transcript, messageId: string, partId: string, text: string): void {
  if (!(partId in transcript.open)) {
    const awaited = transcript.awaited[partId];
    if (awaited !== undefined) transcript.awaited[partId] = awaited + text;
    return;
  }
  changePart(transcript, messageId, partId, (part) => {
    if (part.type === "tool") transcript.inputs[partId] = (transcript.inputs[partId] ?? "") + text;
    return "text" in part ? withText(part, part.text + text) : part;
  });
}

/** What is known of the moment is gone with the connection. */
export function forgetLive(transcript: Transcript): void {
  transcript.activity = idle;
  transcript.inputs = {};
  transcript.progress = {};
  transcript.awaited = {};
}
