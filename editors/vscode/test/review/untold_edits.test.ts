/** Which diffs of the log tell of an edit that was made in its document already. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reviewed } from "../../src/review/hunks/lines.ts";
import { UntoldEdits } from "../../src/review/hunks/untold_edits.ts";

const diff = "--- a\n+++ a\n@@ -1 +1 @@\n-one\n+1\n";
const edit = { before: reviewed("one\n"), text: "1\n" };

test("an edit of a document is told of once; the same text on disk later is a change of its own", () => {
  const edits = new UntoldEdits();
  edits.add("/a", edit);
  assert.deepEqual([edits.tell("/b", diff), edits.tell("/a", diff), edits.tell("/a", diff)], [false, true, false]);
});

test("one that the editor has refused, or whose document is closed, is not waited for", () => {
  const edits = new UntoldEdits();
  const other = { ...edit };
  edits.add("/a", edit);
  edits.add("/a", other);
  edits.refuse("/a", edit);
  assert.deepEqual([edits.tell("/a", diff), edits.tell("/a", diff)], [true, false]);
  edits.add("/a", edit);
  edits.forget("/a");
  assert.equal(edits.tell("/a", diff), false);
});

test("the last one is taken back where the user wished it away", () => {
  const edits = new UntoldEdits();
  edits.add("/a", edit);
  assert.deepEqual([edits.take("/a"), edits.take("/a")], [edit, undefined]);
});
