/** Which hunk a line belongs to, and the way around all of them: what is done by key is done to what is seen there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { changedByAgent, hunksOf, reviewed } from "../../src/review/hunks/lines.ts";
import { isAt, type Place, placesOf, wayFrom } from "../../src/review/hunks/places.ts";

function places(path: string, before: string, now: string): Place[] {
  const lines = changedByAgent(reviewed(before), now);
  return placesOf(path, { lines, hunks: hunksOf(lines) });
}

/** The lines, from 0, at which each hunk is. */
function linesAt(all: readonly Place[], count: number): number[][] {
  const lines = Array.from({ length: count }, (_, line) => line);
  return all.map((place) => lines.filter((line) => isAt(place, line)));
}

test("a hunk is at each of its lines, one that only removed at the line behind, and no other is", () => {
  const all = places("a", "1\n2\n3\n4\n5\n6\n7\n8", "1\ntwo\ntoo\n3\n4\n6\n7\n8\nnine");

  assert.deepEqual(linesAt(all, 9), [[1, 2], [5], [8]]);
});

test("what was removed at the end of a file, with nothing behind, is at the last line; of all of it at the only one", () => {
  assert.deepEqual(linesAt(places("a", "1\n2\n3", "1\n2"), 2), [[1]]);
  assert.deepEqual(linesAt(places("a", "1\n2\n3", ""), 1), [[0]]);
});

test("the way leads around all files, from the cursor and from a hunk, forwards and back", () => {
  const all = [...places("a", "1\n2\n3\n4\n5", "one\n2\n3\n4\nfive"), ...places("b", "1\n2\n3", "1\n2")];
  const names = (way: readonly Place[]): string[] => way.map(({ path, line }) => `${path}${line}`);
  const from = (path: string, line: number, by: 1 | -1): string[] => names(wayFrom(all, { path, line }, by));

  assert.deepEqual(from("a", 2, 1), ["a4", "b1", "a0"]);
  assert.deepEqual(from("a", 2, -1), ["a0", "b1", "a4"]);
  assert.deepEqual(from("b", 1, 1), ["a0", "a4", "b1"]);
  assert.deepEqual(from("b", 1, -1), ["a4", "a0", "b1"]);
  assert.deepEqual(names(wayFrom(all, undefined, 1)), ["a0", "a4", "b1"]);
  assert.deepEqual(names(wayFrom(all, undefined, -1)), ["b1", "a4", "a0"]);
  assert.deepEqual(names(wayFrom(all, all[0], 1)), ["a4", "b1", "a0"]);
  assert.deepEqual(names(wayFrom(all, all[0], -1)), ["b1", "a4", "a0"]);
  assert.deepEqual(wayFrom([], undefined, 1), []);
});
