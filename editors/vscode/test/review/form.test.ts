/** How a deleted file was stored: by its text where somebody has seen it, else by the engine's name for its content. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { contentBefore } from "../../src/diffs/calls.ts";
import { formOf, formOfNamed, stored } from "../../src/review/hunks/form.ts";

const nameOf = (content: string): string => createHash("sha256").update(content).digest("hex");

test("a text has the ends of most of its lines, if any line has an end, and may have a mark", () => {
  assert.deepEqual(["one\r\ntwo\r\n3\n", "one\r\ntwo\n", "\ufeffone\r\n", "\n", "one", ""].map(formOf), [
    { mark: false, end: "\r\n" },
    { mark: false, end: "\n" },
    { mark: true, end: "\r\n" },
    { mark: false, end: "\n" },
    undefined,
    undefined,
  ]);
});

test("a text without its form is what its content is named by, in any form but mixed ends", () => {
  const text = "one\n\nzwölf\nlast";
  for (const form of [false, true].flatMap((mark) => (["\n", "\r\n"] as const).map((end) => ({ mark, end })))) {
    const content = stored(text.split("\n"), form);
    assert.deepEqual(formOfNamed(text, nameOf(content)), form, JSON.stringify(content));
  }
  assert.equal(formOfNamed(text, nameOf("one\r\n\nzwölf\nlast")), undefined);
});

test("a call names what was in a file before it", () => {
  const part = (changes: unknown) => ({
    id: "prt",
    messageId: "msg",
    type: "tool" as const,
    callId: "call",
    name: "bash",
    input: {},
    state: { status: "completed" as const, metadata: { changes } },
  });

  const told = part([
    { path: "/gone", before: "abc", after: null },
    { path: "/made", before: null, after: "def" },
  ]);
  assert.deepEqual(
    ["/gone", "/made", "/other"].map((path) => contentBefore(told, path)),
    ["abc", undefined, undefined],
  );
  assert.equal(contentBefore(part("nothing"), "/gone"), undefined);
});
