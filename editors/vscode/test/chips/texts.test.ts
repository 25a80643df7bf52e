/** Pieces of the editor as a model reads them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeText, fenced, mediaTypeOf, placeOf, problemsText } from "../../src/chips/texts.ts";

test("code comes with its place, in a fence that nothing in it closes", () => {
  const place = { path: "src/a.md", firstLine: 3, lastLine: 5 };

  assert.equal(codeText(place, "markdown", "```js\nx\n```\n"), "src/a.md:3-5:\n````markdown\n```js\nx\n```\n````");
  assert.equal(placeOf({ ...place, lastLine: 3 }), "src/a.md:3");
});

test("problems are lines as compilers write them", () => {
  const problems = [
    { line: 7, column: 3, severity: "error", message: "Cannot find\n  name 'x'.", source: "ts" },
    { line: 9, column: 1, severity: "warning", message: "Unused." },
  ];

  assert.equal(
    problemsText([{ path: "a.ts", problems }]),
    "Problems that the editor shows:\na.ts:7:3: error: Cannot find name 'x'. [ts]\na.ts:9:1: warning: Unused.",
  );
});

test("what is too long is cut, and says so", () => {
  assert.equal(fenced("", "x".repeat(70_000)).slice(60_000), "xxxx\n[10000 more characters are left out]\n```");
});

test("pictures go as pictures, all else by its name", () => {
  assert.deepEqual(["/a/b.PNG", "/a.pdf", "/a/Makefile"].map(mediaTypeOf), [
    "image/png",
    "application/pdf",
    "text/plain",
  ]);
});
