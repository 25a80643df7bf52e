/** Both sides of what a turn has changed, from its diffs and the file of now; edits of documents; diffs of several files. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "sessiond-protocol";
import { afterDiff, beforeDiffs, byFile, shown } from "../../src/diffs/unified.ts";
import { edited } from "../../src/review/hunks/edits.ts";
import { pathsOf, untoldOf } from "../../src/diffs/calls.ts";
import { filesOfTurn, lastTurn, sidesOf } from "../../src/review/turn/sides.ts";

const first = "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n-one\n+1\n two\n";
const second = "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n 1\n-two\n+2\n";
const other = "--- /dev/null\n+++ b.py\n@@ -0,0 +1 @@\n+new\n";

function step(turnId: string, ...files: [path: string, diff: string][]): Message {
  const state = { status: "completed" as const, metadata: { files: files.map(([path, diff]) => ({ path, diff })) } };
  return {
    id: turnId,
    sessionId: "ses",
    turnId,
    role: "assistant",
    createdAt: 0,
    parts: [{ type: "tool", id: "prt", callId: "call", name: "edit", state }],
  };
}

test("a turn's files have its diffs, and those that came later", () => {
  const messages = [step("t1", ["/p/a.py", first], ["/p/b.py", other]), step("t2", ["/p/a.py", second]), step("t3")];
  assert.deepEqual(filesOfTurn(messages, "t1"), [
    { path: "/p/a.py", diffs: [first], later: [second] },
    { path: "/p/b.py", diffs: [other], later: [] },
  ]);
  assert.equal(lastTurn(messages), "t2");
});

test("both sides are whole files while what the turn did still stands", () => {
  const file = { path: "/p/a.py", diffs: [first, second], later: [] };
  assert.deepEqual(sidesOf(file, "1\n2\n"), { before: "one\ntwo\n", after: undefined });
  assert.deepEqual(sidesOf({ ...file, diffs: [first], later: [second] }, "1\n2\n"), {
    before: "one\ntwo\n",
    after: "1\ntwo\n",
  });
  assert.deepEqual(sidesOf({ path: "/p/b.py", diffs: [other], later: [] }, "new\n"), { before: "", after: undefined });
});

test("else they are what the diffs show", () => {
  const { before, after } = sidesOf({ path: "/p/a.py", diffs: [first], later: [] }, "all new");
  assert.deepEqual([before.includes("one"), after?.includes("1")], [true, true]);
});

test("what commands have changed is told by no diff, and what tasks have by none here", () => {
  const call = (name: string, metadata: object): Message => {
    const message = step("t1");
    const [part] = message.parts;
    assert.ok(part?.type === "tool");
    return { ...message, parts: [{ ...part, name, state: { ...part.state, metadata: { ...metadata } } }] };
  };
  const command = call("bash", { changes: [{ path: "/p/c" }, null, { path: 3 }] });
  const wrote = call("edit", { files: [{ path: "/p/e", diff: first }], changes: [{ path: "/p/e" }] });
  const untold = (...messages: Message[]): string[] | undefined =>
    untoldOf(messages) && ["/p/c", "/p/e", "/p/t"].filter((path) => untoldOf(messages)?.(path));
  assert.deepEqual(
    [untold(wrote), untold(wrote, command), untold(wrote, call("task", {}))],
    [undefined, ["/p/c"], ["/p/c", "/p/t"]],
  );
  assert.deepEqual(
    [command, wrote].flatMap(({ parts }) => parts.flatMap(pathsOf)),
    ["/p/c", "/p/e"],
  );
});

test("a file that was made or is gone is not there on one side, and a diff from nothing leads from nothing else", () => {
  assert.deepEqual(
    [beforeDiffs("new\n", [other]), afterDiff("", other), afterDiff("new\n", other)],
    ["", "new\n", undefined],
  );
});

test("diffs lead back and forth, and one that is cut short leads nowhere", () => {
  assert.equal(beforeDiffs("1\n2\n", [first, second]), "one\ntwo\n");
  assert.equal(afterDiff("one\ntwo\n", first), "1\ntwo\n");
  assert.equal(beforeDiffs("1\ntwo\n", ["--- a.py\n+++ a.py\n@@ -1,9 +1,9 @@\n-one\n+1\n… 40 more lines"]), undefined);
});

test("a diff of several files comes apart by file", () => {
  assert.deepEqual(byFile(first + other), [
    { name: "a.py", diff: first },
    { name: "b.py", diff: other },
  ]);
});

test("a line of a file is one, even if it looks like a head of the diff", () => {
  const sql =
    "--- a.sql\n+++ a.sql\n@@ -1,3 +1,3 @@\n one\n--- comment\n-old\n+++ counter\n+new\n\\ No newline at end of file\n";
  assert.deepEqual(shown(sql), {
    before: "@@ -1,3 +1,3 @@\none\n-- comment\nold\n",
    after: "@@ -1,3 +1,3 @@\none\n++ counter\nnew\n",
    whole: false,
  });
  const pair = "--- a.sql\n+++ a.sql\n@@ -1 +1 @@\n--- a\n+++ b\n";
  assert.deepEqual(byFile(pair + first), [
    { name: "a.sql", diff: pair },
    { name: "a.py", diff: first },
  ]);
});

test("edits are made at positions of the text before, whatever ends its lines", () => {
  const at = (line: number, character: number): { line: number; character: number } => ({ line, character });
  assert.equal(
    edited("one\r\n😀two\r\nthree", [
      { range: { start: at(0, 3), end: at(0, 3) }, newText: "!" },
      { range: { start: at(1, 2), end: at(2, 5) }, newText: "2" },
    ]),
    "one!\r\n😀2",
  );
});
