/** What a window remembers outlives it, however it ends. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { MemoryOnDisk } from "../src/memory.ts";

async function place(): Promise<{ folder: string; open: () => MemoryOnDisk; warnings: string[] }> {
  const folder = join(await mkdtemp(join(tmpdir(), "sessiond-")), "workspaces", "one");
  const warnings: string[] = [];
  return { folder, open: () => new MemoryOnDisk(folder, (what) => warnings.push(what)), warnings };
}

test("another window of the workspace knows what was said, once it is on disk", async () => {
  const { folder, open, warnings } = await place();
  const draft = { text: "Half a thought", chips: [{ label: "a.py" }] };

  await open().update("draft", draft);

  assert.deepEqual(open().get<unknown>("draft", undefined), draft);
  assert.deepEqual(await readdir(folder), ["draft.json"]);
  assert.deepEqual(warnings, []);
});

test("of much that is said at once the last is kept, key by key, and what is taken back is gone", async () => {
  const { folder, open } = await place();
  const memory = open();

  for (let n = 0; n < 50; n++) void memory.update("draft", n);
  void memory.update("session", "one");
  void memory.update("session", undefined);
  await memory.update("review", null);

  assert.deepEqual(
    ["draft", "session", "review"].map((key) => open().get(key, "never said")),
    [49, "never said", "never said"],
  );
  assert.deepEqual((await readdir(folder)).sort(), ["draft.json", "review.json"]);
});

test("what is damaged is as if it had never been said, with a word in the log, and can be said again", async () => {
  const { folder, open, warnings } = await place();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "draft.json"), '{"text": "Ha');
  const memory = open();

  assert.equal(memory.get("draft", "nothing"), "nothing");
  assert.match(warnings.join("\n"), /^What this window remembers as draft cannot be read: SyntaxError/);
  await memory.update("draft", "again");
  assert.equal(open().get<unknown>("draft", undefined), "again");
});

test("where nothing can be written the window knows it itself, and the log says so", async () => {
  const { folder, open, warnings } = await place();
  await mkdir(join(folder, ".."), { recursive: true });
  await writeFile(folder, "not a folder");
  const memory = open();

  await memory.update("draft", "here");

  assert.equal(memory.get<unknown>("draft", undefined), "here");
  assert.equal(open().get("draft", "nothing"), "nothing");
  assert.match(warnings.join("\n"), /^What this window remembers as draft cannot be written: Error: EEXIST|ENOTDIR/);
});
