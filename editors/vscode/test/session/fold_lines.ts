/** A filter for tests of other languages: each line of stdin is a list of events, each line of stdout what they fold to. */
import { createInterface } from "node:readline";
import type { Event } from "sessiond-protocol";
import { foldAll } from "../../src/session/fold.ts";
import { emptyTranscript } from "../../src/session/transcript.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const { seq, session, messages, permissions, questions, todos, queue, held, hidden, trimmed, open } = foldAll(
    emptyTranscript(),
    JSON.parse(line) as Event[],
  );
  process.stdout.write(
    `${JSON.stringify({ seq, session, messages, permissions, questions, todos, queue, held, hidden, trimmed, open })}\n`,
  );
}
