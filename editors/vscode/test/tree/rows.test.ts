/** The law of watched rows, their groups and what they say of themselves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "sessiond-protocol";
import { grouped, nextMidnight } from "../../src/tree/groups.ts";
import { Rows } from "../../src/tree/rows.ts";
import { age, faceOf, fileNameOf } from "../../src/tree/words.ts";

const now = new Date(2025, 2, 10, 15, 0);
const ids = (sessions: readonly Session[]): string[] => sessions.map(({ id }) => id);

function session(id: string, given: Partial<Session> = {}): Session {
  const usage = { input: 0, output: 0, reasoning: 0, cacheRead: 0, cacheWrite: 0 };
  return {
    id,
    title: `About ${id}`,
    directory: "/home/me/project",
    createdAt: 0,
    updatedAt: now.getTime(),
    parentId: null,
    model: null,
    archived: false,
    usage,
    cost: null,
    turnId: null,
    waiting: 0,
    origin: null,
    ...given,
  };
}

test("a row that comes later replaces what is known, also when its time is the same", () => {
  const rows = new Rows();
  rows.take({ changed: [session("a"), session("b", { updatedAt: now.getTime() + 1 })] });
  rows.take({ changed: [session("a", { title: "Renamed" }), session("c")], deleted: ["b", "unknown"] });

  assert.deepEqual(
    rows.shown({ archived: false }).map(({ title }) => title),
    ["Renamed", "About c"],
  );
  assert.equal(rows.get("b"), undefined);
});

test("children are left out, archived sessions unless they are asked for", () => {
  const rows = new Rows();
  rows.take({ changed: [session("old", { archived: true }), session("task", { parentId: "a" }), session("a")] });

  assert.deepEqual(ids(rows.shown({ archived: false })), ["a"]);
  assert.deepEqual(ids(rows.shown({ archived: true })).sort(), ["a", "old"]);
});

test("a session waits for its user, itself or in a task of it, and comes first", () => {
  const rows = new Rows();
  const asks = { turnId: "trn", waiting: 1 };
  rows.take({
    changed: [
      session("works", { turnId: "trn" }),
      session("asks", asks),
      session("of a task", { turnId: "trn" }),
      session("task", { parentId: "of a task" }),
      session("task of it", { parentId: "task", ...asks }),
    ],
  });
  const waiting = rows.waiting();

  assert.deepEqual(ids(waiting).sort(), ["asks", "of a task"]);
  assert.deepEqual(
    grouped(rows.shown({ archived: false }), now, (one) => waiting.includes(one)).map((group) => [
      group.label,
      ids(group.sessions).sort(),
    ]),
    [
      ["Waiting for You", ["asks", "of a task"]],
      ["Running", ["works"]],
    ],
  );
});

test("what runs comes first, then day after day, the archive last", () => {
  const at = (...date: [number, number, number, number]): Partial<Session> => ({
    updatedAt: new Date(...date).getTime(),
  });
  const groups = grouped(
    [
      session("now", { turnId: "trn" }),
      session("morning", at(2025, 2, 10, 0)),
      session("night", at(2025, 2, 9, 23)),
      session("saturday", at(2025, 2, 8, 9)),
      session("february", at(2025, 1, 20, 9)),
      session("winter", at(2024, 11, 24, 9)),
      session("kept", { archived: true }),
    ],
    now,
    () => false,
  );

  assert.deepEqual(
    groups.map(({ id, label, folded, sessions }) => [id, label, folded, ids(sessions)]),
    [
      ["running", "Running", false, ["now"]],
      ["today", "Today", false, ["morning"]],
      ["yesterday", "Yesterday", false, ["night"]],
      ["week", "Last 7 Days", false, ["saturday"]],
      ["month", "Last 30 Days", true, ["february"]],
      ["2024-11", "December 2024", true, ["winter"]],
      ["archived", "Archived", true, ["kept"]],
    ],
  );
  assert.deepEqual(nextMidnight(now), new Date(2025, 2, 11));
});

test("a row says what its session does, what it has cost and when it has changed", () => {
  const known = { asking: false, current: false, withFolder: false, now: now.getTime() + 5 * 60_000 };

  assert.deepEqual(faceOf(session("a", { cost: 0.5, title: " Fix\nthe  bug " }), known), {
    title: "Fix the bug",
    description: "$0.50 · 5 min",
    icon: "comment",
    spoken: "Fix the bug, $0.50, 5 min",
  });
  assert.equal(faceOf(session("a", { turnId: "trn" }), { ...known, withFolder: true }).description, "works · project");
  assert.equal(faceOf(session("a", { turnId: "trn" }), { ...known, asking: true }).spoken, "About a, waits for you");
  assert.equal(faceOf(session("a"), { ...known, current: true }).icon, "comment-discussion");
  assert.equal(faceOf(session("a", { title: "" }), known).title, "Untitled session");
  assert.deepEqual([0, 60_000, 7_200_000, 90_000_000, 200_000_000].map(age), [
    "now",
    "1 min",
    "2 h",
    "1 day",
    "2 days",
  ]);
});

test("a file is called by what letters a title has", () => {
  assert.equal(fileNameOf(session("a", { title: "../Fix: the „Übermut“ (2)" }), "md"), "fix-the-ubermut-2.md");
  assert.equal(fileNameOf(session("a", { title: "…" }), "json"), "session.json");
});
