/** What the panel makes of diffs and of events on their way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "sessiond-protocol";
import { joined } from "../../src/panel/outbox.ts";
import { diffOf, sidesOfMade, sidesOfProposed } from "../../src/diffs/unified.ts";

const diff = "--- a/src/a.py\n+++ b/src/a.py\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n";

test("both sides of a change are whole files while the file is as the change left it", () => {
  assert.deepEqual(sidesOfMade(diff, "one\n2\nthree\n"), {
    before: "one\ntwo\nthree\n",
    after: "one\n2\nthree\n",
    whole: true,
  });
  assert.deepEqual(sidesOfProposed(diff, "one\ntwo\n"), { before: "one\ntwo\n", after: "one\n2\n", whole: true });
});

test("else they are what the diff shows", () => {
  const { before, after, whole } = sidesOfMade(diff, "something else");
  assert.deepEqual(
    [before.includes("two"), after.includes("2"), after.includes("two"), whole],
    [true, true, false, false],
  );
});

test("of a diff of several files the one is taken that is asked for", () => {
  const other = diff.replaceAll("a.py", "b.py").replace("two", "zwei");
  assert.equal(diffOf(diff + other, "/project/src/b.py"), other);
});

test("neighbouring deltas of a part become one, in their order", () => {
  const delta = (partId: string, text: string): Event => ({
    type: "part.delta",
    at: 1,
    messageId: "m",
    partId,
    field: "text",
    text,
  });
  assert.deepEqual(joined([delta("a", "1"), delta("a", "2"), delta("b", "3"), delta("a", "4")]), [
    delta("a", "12"),
    delta("b", "3"),
    delta("a", "4"),
  ]);
});
