/** Which files a few typed letters find. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { best, globOf, score } from "../../src/editor/mentions/fuzzy.ts";

const files = [
  "src/session/fold.ts",
  "src/session/folder/index.ts",
  "docs/fold.md",
  "src/panel/outbox.ts",
  "README.md",
];
const found = (query: string): string[] => best(query, files, (name) => name, 10);

test("the name counts more than the folder, and the shorter one goes first", () => {
  assert.deepEqual(found("fold"), ["docs/fold.md", "src/session/fold.ts", "src/session/folder/index.ts"]);
});

test("letters are found apart, at the beginnings of words first", () => {
  assert.deepEqual(
    found("spo"),
    ["src/panel/outbox.ts", "src/session/fold.ts", "src/session/folder/index.ts"].slice(0, 1),
  );
  assert.ok((score("sf", "src/fold.ts") ?? 0) > (score("sf", "assofx.ts") ?? 0));
  assert.deepEqual(found("zzz"), []);
});

test("nothing typed gives all in their order, up to the limit", () => {
  assert.deepEqual(
    best("", files, (name) => name, 2),
    files.slice(0, 2),
  );
});

test("a search by glob has the letters in either case and nothing that means something in a glob", () => {
  assert.equal(globOf("src/aB{1}*"), "**/*[aA]*[bB]*1*");
});
