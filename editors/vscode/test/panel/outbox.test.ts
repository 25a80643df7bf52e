/** What is gathered for the webview: fewer events, and no text twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "sessiond-protocol";
import type { Told } from "../../src/panel/messages.ts";
import { Outbox } from "../../src/panel/outbox.ts";
import { foldAll } from "../../src/session/fold.ts";
import { emptyTranscript } from "../../src/session/transcript.ts";

const of = { messageId: "m", turnId: "t", at: 1 };
const started = { type: "part.started", seq: 2, ...of, part: { id: "p", type: "text", text: "" } } as unknown as Event;
const delta = (text: string): Event =>
  ({ type: "part.delta", messageId: "m", partId: "p", field: "text", text }) as unknown as Event;
const ended = (text: string): Event =>
  ({ type: "part.ended", seq: 3, ...of, part: { id: "p", type: "text", text } }) as unknown as Event;

function posted(before: readonly Event[], ...events: Event[]): readonly Told[] {
  const posts: Told[] = [];
  const outbox = new Outbox((some) => posts.push(...some));
  const added = {
    type: "message.added",
    seq: 1,
    at: 1,
    message: { id: "m", turnId: "t", role: "assistant", parts: [] },
  };
  outbox.beginAnew(foldAll(emptyTranscript(), [added as unknown as Event, ...before]));
  outbox.add(events);
  outbox.flush();
  return posts;
}

test("deltas of one part become one, and a text that was sent in them is not sent again", () => {
  assert.deepEqual(posted([], started, delta("One, "), delta("two"), ended("One, two")), [
    started,
    delta("One, two"),
    { ...ended(""), type: "part.endedAsKnown" },
  ]);
});

test("what a snapshot had of a text counts as sent", () => {
  assert.deepEqual(posted([started, delta("One, ")], delta("two"), ended("One, two")), [
    delta("two"),
    { ...ended(""), type: "part.endedAsKnown" },
  ]);
});

test("a text that ends as another one is sent whole", () => {
  assert.deepEqual(posted([], started, delta("One"), ended("Two")), [started, delta("One"), ended("Two")]);
});
