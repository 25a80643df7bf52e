/** How a subscription begins: its answer becomes the transcript, or what the replay that follows goes on from. Pure. */
import type { MessagesResult, OpenText, SubscribeResult } from "sessiond-protocol";
import { changePart, withText } from "./fold.ts";
import { forgetLive } from "./live.ts";
import { emptyTranscript, type Transcript } from "./transcript.ts";

/** The transcript to go on with: a new one for a snapshot, the known one for a replay. */
export function begin(known: Transcript | undefined, answer: SubscribeResult): Transcript {
  const transcript = answer.mode === "replay" && known ? known : fromSnapshot(answer);
  forgetLive(transcript);
  // What waits now is what counts; the replay says the same again.
  transcript.permissions = answer.permissions;
  transcript.questions = answer.questions;
  transcript.context = answer.context ?? transcript.context;
  for (const text of answer.open) takeOpen(transcript, text);
  if (answer.session.turnId) transcript.activity = { ...transcript.activity, state: "running" };
  return transcript;
}

function fromSnapshot(answer: SubscribeResult): Transcript {
  return {
    ...emptyTranscript(),
    seq: answer.seq,
    session: answer.session,
    messages: [...(answer.messages ?? [])],
    older: answer.nextCursor,
    todos: answer.todos,
    queue: answer.queue,
    held: answer.queueHeld,
    reverted: answer.reverted,
  };
}

function takeOpen(transcript: Transcript, { messageId, partId, field, text }: OpenText): void {
  const known = transcript.messages.find(({ id }) => id === messageId)?.parts.some(({ id }) => id === partId);
  if (!known) {
    transcript.awaited[partId] = text;
    return;
  }
  transcript.open[partId] = messageId;
  if (field === "input") transcript.inputs[partId] = text;
  else changePart(transcript, messageId, partId, (part) => withText(part, text));
}

/** A page of messages that stand before all that are known. */
export function prepend(transcript: Transcript, page: MessagesResult): void {
  const known = new Set(transcript.messages.map(({ id }) => id));
  transcript.messages = [...page.messages.filter(({ id }) => !known.has(id)), ...transcript.messages];
  transcript.older = page.nextCursor ?? null;
}
