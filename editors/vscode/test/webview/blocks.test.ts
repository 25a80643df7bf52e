/** Where a growing text is cut: nothing is lost, nothing that may still change is finished. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fenceAt, fenceEnd, hasReferences, step } from "../../src/webview/markdown/blocks.ts";

const text = "# Title\n\nA paragraph\nof two lines.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nThe end.";

test("the last block stays open while more may come, and is finished when nothing does", () => {
  const open = step(text, false);
  assert.equal(text.slice(open.length), "The end.");
  assert.deepEqual(
    open.tail.map(({ type }) => type),
    ["paragraph"],
  );
  assert.deepEqual(step(text, true), { ...step(text, true), length: text.length, tail: [] });
});

test("a list stays open: its next item may make it loose", () => {
  assert.equal(step("Before.\n\n- one\n\n- two\n", false).length, "Before.\n\n".length);
});

test("read in steps a text is read whole, however long its blocks are", () => {
  const long = `${"word ".repeat(6_000)}\n\n${"- item\n".repeat(6_000)}\n\n${text}`;
  let at = 0;
  for (let steps = 0; at < long.length; steps += 1) {
    assert.ok(steps < 200, "it goes on");
    const { length, finished } = step(long.slice(at), true);
    assert.ok(length > 0 && finished.length > 0);
    at += length;
  }
  assert.equal(at, long.length);
});

test("a table stays open with the rows of one window, however long it is", () => {
  const { length, tail } = step(`| a |\n|---|\n${"| 1 |\n".repeat(10_000)}`, true);
  assert.equal(length, 0);
  assert.deepEqual(
    tail.map(({ type, raw }) => [type, raw.length <= 1024]),
    [["table", true]],
  );
});

test("no step takes in more than its bounded share", () => {
  assert.ok(step("x".repeat(1_000_000), false).length <= 8 * 1024);
  assert.ok(step("- item\n".repeat(100_000), false).length <= 32 * 1024);
});

test("a block of code is found with its language, and ends only where its own mark stands alone in a line", () => {
  const source = "````py title\nprint('```')\n```\n````\nafter";
  const fence = fenceAt(source);
  assert.deepEqual(fence, { language: "py", start: 13, mark: "````" });
  assert.ok(fence);
  const rest = source.slice(fence.start);
  const end = fenceEnd(rest, fence, 0);
  assert.ok(end);
  assert.equal(rest.slice(0, end.code), "print('```')\n```\n");
  assert.equal(rest.slice(end.after), "after");
  assert.equal(fenceEnd("print(1)\n``", fence, 0), undefined);
});

test("a reference is noticed wherever it stands", () => {
  assert.equal(hasReferences("See [it][1].\n\n[1]: https://example.com\n"), true);
  assert.equal(hasReferences("An [array]: of words is not at the beginning… but `a[1]: 2` is none"), false);
});
