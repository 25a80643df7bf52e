/** What of a unified diff is shown, and counted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { counts, hunkLines } from "../../src/diffs/hunk_lines.ts";

const sql = [
  "diff --git a/q.sql b/q.sql",
  "--- a/q.sql",
  "+++ b/q.sql",
  "@@ -1,3 +1,3 @@",
  "--- first comment",
  "-select 1;",
  "+++ is no operator",
  "+select 2;",
  " go",
  "\\ No newline at end of file",
  "--- a/other.sql",
  "+++ b/other.sql",
  "@@ -7 +7,0 @@ here",
  "-x",
  "",
].join("\n");

test("lines that look like the head of a file are lines where a hunk says so, and heads elsewhere", () => {
  assert.deepEqual(hunkLines(sql), [
    "@@ -1,3 +1,3 @@",
    "--- first comment",
    "-select 1;",
    "+++ is no operator",
    "+select 2;",
    " go",
    "@@ -7 +7,0 @@ here",
    "-x",
  ]);
  assert.deepEqual(counts(sql), { added: 2, removed: 3 });
});
