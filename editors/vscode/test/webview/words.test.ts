/** How the page says numbers, and how it calls prompts up again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message, PermissionRequest, ToolPart } from "sessiond-protocol";
import { subjectsOf } from "../../src/webview/cards/command.ts";
import { planOf } from "../../src/webview/log/plan.ts";
import {
  bytes,
  duration,
  leastDuration,
  mayBeTriedAgain,
  money,
  pathParts,
  plain,
  tokens,
} from "../../src/webview/words.ts";
import { Recall, wordAt } from "../../src/webview/prompt/recall.ts";

test("figures are short and say what they are", () => {
  assert.deepEqual([0, 999, 1_000, 12_345, 999_600, 1_250_000].map(tokens), [
    "0",
    "999",
    "1k",
    "12.3k",
    "1.0M",
    "1.3M",
  ]);
  assert.deepEqual([0, 0.00123, 0.5, 12].map(money), ["$0", "$0.0012", "$0.50", "$12.00"]);
  assert.deepEqual([120, 1_500, 42_000, 125_000].map(duration), ["0.12 s", "1.5 s", "42 s", "2 min 5 s"]);
  assert.deepEqual([10, 2_048, 3_000_000].map(bytes), ["10 B", "2 KB", "2.9 MB"]);
  assert.deepEqual(pathParts("/home/me/project/src/a.py", "/home/me/project"), { name: "a.py", folder: "src" });
});

test("what terminals obey is taken out of outputs", () => {
  assert.equal(plain("\u001b[31mred\u001b[0m\u001b]0;title\u0007 \u0008text\r\nnext\tline"), "red text\nnext\tline");
});

test("a question about a command is asked with the whole of it, and nothing in it hides", () => {
  const title = "mkdir long/…";
  const asked = (changes: Partial<PermissionRequest>): string[] =>
    subjectsOf({ permission: "bash", title, patterns: ["mkdir"], ...changes } as PermissionRequest);
  const command = "mkdir ".padEnd(900, "long/");

  assert.deepEqual(asked({ command }), [command]);
  assert.deepEqual(asked({}), [title]);
  assert.deepEqual(asked({ command: "a\u001b[8m\n\u202eb" }), ["a\ufffd[8m\n\ufffdb"]);
  assert.deepEqual(asked({ permission: "read", patterns: ["mkdir", "/etc"], command }), [command, "/etc"]);
  assert.deepEqual(asked({ permission: "edit", title: "Edit a.py", patterns: ["a.py", "/b"] }), ["/b"]);
});

test("earlier prompts come back from the newest on, and what was written is found again at the end", () => {
  const recall = new Recall(["first", "second"]);
  assert.deepEqual(
    [recall.earlier("draft"), recall.earlier("second"), recall.earlier("first")],
    ["second", "first", undefined],
  );
  assert.deepEqual([recall.later(), recall.later(), recall.later()], ["second", "draft", undefined]);
  recall.add("first");
  assert.deepEqual(recall.entries, ["second", "first"]);
});

test("a word asks for suggestions after a blank, a slash only at the beginning", () => {
  assert.deepEqual(wordAt("see @src/a", 10), { trigger: "@", query: "src/a", start: 4 });
  assert.deepEqual(wordAt("/mod", 4), { trigger: "/", query: "mod", start: 0 });
  for (const text of ["me@example", "a /path", "@done ", "plain"]) assert.equal(wordAt(text, text.length), undefined);
});

test("a turn that nobody saw took at least as long as its messages and tools say", () => {
  const message = (createdAt: number, endedAt?: number): Message =>
    ({ createdAt, parts: endedAt ? [{ type: "tool", state: { endedAt } }] : [] }) as unknown as Message;
  assert.equal(leastDuration([message(1_000), message(1_500, 9_000), message(8_000)]), 8_000);
  assert.deepEqual([leastDuration([message(1_000)]), leastDuration([])], [0, 0]);
});

test("what the model's service has failed of may be tried again, and nothing else", () => {
  const kinds = ["overloaded", "rateLimited", "providerUnavailable", "quotaExceeded"];
  const others = ["authRequired", "modelNotFound", "invalidRequest", "contextOverflow", "internal"];

  assert.deepEqual(
    [...kinds, ...others].filter((kind) => mayBeTriedAgain({ kind, message: "" })),
    kinds,
  );
});

test("a plan is read from what its tools say, and what is none is left as it is", () => {
  const read = (output: string, name = "todoWrite"): unknown => planOf({ name, state: { output } } as ToolPart);

  assert.deepEqual(read("1. [completed] Read (all) of it (high)\n2. [inProgress] Write it"), [
    { status: "completed", content: "Read (all) of it" },
    { status: "inProgress", content: "Write it" },
  ]);
  for (const output of ["The list is empty.", "1. [completed] Read\nand more", "1. [lost] Read", ""])
    assert.equal(read(output), undefined);
  assert.equal(read("1. [completed] Read", "bash"), undefined);
});
