/** Laws of the fold that tests in other languages do not see: what is live, and how a subscription goes on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, Message, Session, SubscribeResult, TextPart } from "sessiond-protocol";
import { fold, foldAll } from "../../src/session/fold.ts";
import { begin, prepend } from "../../src/session/snapshot.ts";
import { emptyTranscript, type Transcript } from "../../src/session/transcript.ts";

const usage = { input: 0, output: 0, reasoning: 0, cacheRead: 0, cacheWrite: 0 };
const session: Session = {
  id: "s",
  title: "t",
  directory: "/p",
  createdAt: 1,
  updatedAt: 1,
  parentId: null,
  model: null,
  archived: false,
  usage,
  cost: 0,
  turnId: null,
  waiting: 0,
  origin: null,
};
const message = (id: string, text?: string): Message => ({
  id,
  sessionId: "s",
  turnId: "t",
  role: "assistant",
  createdAt: 1,
  parts: text === undefined ? [] : [{ type: "text", id: `${id}p`, text }],
});
const part = (text: string): TextPart => ({ type: "text", id: "p", text });
const delta = (text: string): Event => ({
  type: "part.delta",
  at: 1,
  messageId: "m",
  partId: "p",
  field: "text",
  text,
});
const begun: Event[] = [
  { type: "session.created", seq: 1, at: 1, session },
  { type: "turn.started", seq: 2, at: 1, turnId: "t", kind: "chat", model: "a/b" },
  { type: "message.added", seq: 3, at: 1, message: message("m") },
  { type: "part.started", seq: 4, at: 1, messageId: "m", part: part("") },
];
const answer: SubscribeResult = {
  mode: "snapshot",
  seq: 4,
  session: { ...session, turnId: "t" },
  open: [],
  permissions: [],
  nextCursor: null,
  todos: [],
  questions: [],
  queue: [],
  queueHeld: null,
  reverted: false,
  context: null,
};

const textOf = ({ messages }: Transcript): string | undefined =>
  messages.flatMap(({ parts }) => parts).flatMap((each) => ("text" in each ? [each.text] : []))[0];

test("deltas grow a part that is open, and what ends it has the last word", () => {
  const transcript = foldAll(emptyTranscript(), [...begun, delta("Hel"), delta("lo")]);
  assert.equal(textOf(transcript), "Hello");
  fold(transcript, { type: "part.ended", seq: 5, at: 1, messageId: "m", part: part("Hello!") });
  fold(transcript, delta(" late"));
  assert.equal(textOf(transcript), "Hello!");
  assert.deepEqual(transcript.open, {});
});

test("a message that changes is another object, the others stay the same ones", () => {
  const transcript = foldAll(emptyTranscript(), [
    ...begun.slice(0, 2),
    { type: "message.added", seq: 3, at: 1, message: message("old", "x") },
  ]);
  const [old] = transcript.messages;
  fold(transcript, { type: "message.added", seq: 4, at: 1, message: message("m") });
  fold(transcript, { type: "part.started", seq: 5, at: 1, messageId: "m", part: part("") });
  const before = transcript.messages[1];
  fold(transcript, delta("a"));
  assert.equal(transcript.messages[0], old);
  assert.notEqual(transcript.messages[1], before);
});

test("what is known already is passed over, and so is what nobody knows", () => {
  const transcript = foldAll(emptyTranscript(), begun);
  const known = structuredClone(transcript);
  foldAll(transcript, begun);
  fold(transcript, { type: "of.the.future", at: 1 } as unknown as Event);
  assert.deepEqual(transcript, known);
});

test("a snapshot in the middle of an answer goes on with its text so far", () => {
  const transcript = begin(undefined, {
    ...answer,
    messages: [{ ...message("m"), parts: [part("")] }],
    open: [{ messageId: "m", partId: "p", field: "text", text: "Hel" }],
  });
  fold(transcript, delta("lo"));
  assert.equal(textOf(transcript), "Hello");
});

test("a replay brings the start of a part after its text, and nothing is said twice", () => {
  const known = foldAll(emptyTranscript(), begun.slice(0, 3));
  const transcript = begin(known, {
    ...answer,
    mode: "replay",
    open: [{ messageId: "m", partId: "p", field: "text", text: "Hel" }],
  });
  assert.equal(transcript, known);
  foldAll(transcript, [...begun.slice(3), delta("lo")]);
  assert.equal(textOf(transcript), "Hello");
  assert.equal(transcript.seq, 4);
});

test("an earlier page stands before what is known, and nothing stands there twice", () => {
  const transcript = begin(undefined, { ...answer, messages: [message("m")], nextCursor: "older" });
  prepend(transcript, { messages: [message("first"), message("m")], nextCursor: null });
  assert.deepEqual(
    transcript.messages.map(({ id }) => id),
    ["first", "m"],
  );
  assert.equal(transcript.older, null);
});
