/** What is left of a file when the agent and the user change it in any order, and hunks are accepted and rejected. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accepted,
  changedByAgent,
  changedByUser,
  foundAgain,
  hunksOf,
  type Lines,
  rejected,
  reviewed,
  textsBefore,
  textsOf,
} from "../../src/review/hunks/lines.ts";
import { random } from "./random.ts";

const text = (lines: Lines): string => textsOf(lines).join("\n");
const before = (lines: Lines): string => textsBefore(lines).join("\n");
const shown = (lines: Lines): object[] =>
  hunksOf(lines).map(({ start, length, removed }) => ({ start, length, removed }));

test("a change of the agent is one hunk, which is accepted or rejected", () => {
  const lines = changedByAgent(reviewed("a\nb\nc\n"), "a\nB\nBB\nc\n");
  const hunks = hunksOf(lines);
  assert.deepEqual(shown(lines), [{ start: 1, length: 2, removed: ["b"] }]);
  assert.equal(text(rejected(lines, hunks)), "a\nb\nc\n");
  assert.equal(text(accepted(lines, hunks)), "a\nB\nBB\nc\n");
  assert.deepEqual([shown(rejected(lines, hunks)), shown(accepted(lines, hunks))], [[], []]);
});

test("a hunk that only takes lines away stands at the line behind it", () => {
  assert.deepEqual(shown(changedByAgent(reviewed("a\nb\nc"), "a\nc")), [{ start: 1, length: 0, removed: ["b"] }]);
});

test("lines that were replaced and a block behind them that is gone are two hunks where there is something between them", () => {
  const text = "one\ntwo\n\n\nold:\n  gone\n\n\nmain:\n";
  assert.deepEqual(shown(changedByAgent(reviewed(text), "1\n2\n\n\nmain:\n")), [
    { start: 0, length: 2, removed: ["one", "two"] },
    { start: 4, length: 0, removed: ["old:", "  gone", "", ""] },
  ]);
  assert.deepEqual(shown(changedByAgent(reviewed("one\n\nmain\n"), "1\n\nnew\n\nmain\n")), [
    { start: 0, length: 1, removed: ["one"] },
    { start: 2, length: 2, removed: [] },
  ]);
});

test("what the agent takes back itself is no hunk any more", () => {
  const there = changedByAgent(reviewed("a\nb\nc"), "a\nB\nX\nc");
  assert.deepEqual(shown(changedByAgent(there, "a\nb\nc")), []);
  assert.deepEqual(shown(changedByAgent(there, "a\nb\nX\nc")), [{ start: 2, length: 1, removed: [] }]);
});

test("hunks are found again where they are by now, and not where they have become others", () => {
  const lines = changedByAgent(reviewed("a\nb\na\nc\n"), "A\nb\nA\nC\n");
  const hunks = hunksOf(lines);
  const again = (text: string): number[] =>
    foundAgain(hunks, hunks, hunksOf(changedByUser(lines, text))).map(({ start }) => start);
  assert.deepEqual([again("new\nA\nb\nA\nC\n"), again("A\nb\nmine\nC\n")], [[1, 3], [0]]);
  const twice = hunksOf(changedByAgent(reviewed("a\nb\na\n"), "A\nb\nA\n"));
  assert.deepEqual(foundAgain(twice.slice(1), twice, structuredClone(twice)), twice.slice(1));
});

test("an undo of the agent's change leaves nothing to review", () => {
  assert.deepEqual(shown(changedByUser(changedByAgent(reviewed("a\nb"), "a\nB\nB"), "a\nb")), []);
});

test("what the user writes beside hunks is theirs, and moves them", () => {
  const lines = changedByUser(changedByAgent(reviewed("a\nb\nc"), "a\nB\nc"), "new\na\nB\nc\nend");
  assert.deepEqual(shown(lines), [{ start: 2, length: 1, removed: ["b"] }]);
  assert.equal(before(lines), "new\na\nb\nc\nend");
});

test("a rejected hunk leaves the lines that the user has written into it", () => {
  const lines = changedByUser(changedByAgent(reviewed("a\nz"), "a\n1\n2\n3\nz"), "a\n1\nmine\n3\nz");
  assert.deepEqual(shown(lines), [
    { start: 1, length: 1, removed: [] },
    { start: 3, length: 1, removed: [] },
  ]);
  assert.equal(before(lines), "a\nmine\nz");
});

test("what the agent takes away of the user's comes back", () => {
  const typed = changedByUser(reviewed("a\nb"), "a\nmine\nb");
  assert.equal(before(changedByAgent(typed, "a\nagent\nb")), "a\nmine\nb");
});

test("a formatter does not make the agent's lines the user's", () => {
  const lines = changedByAgent(reviewed("f() {\n}"), "f() {\nreturn {a: 'x', b: 'y'}\n}");
  const formatted = changedByUser(lines, 'f() {\n  return {\n    a: "x",\n    b: "y",\n  };\n}');
  assert.equal(before(formatted), "f() {\n}");
  assert.equal(before(changedByUser(lines, "f() {\n    return {a: 'x', b: 'y'};\n}")), "f() {\n}");
});

test("accepting one and rejecting another leaves the rest as it was", () => {
  let lines = changedByAgent(reviewed("1\n2\n3\n4\n5\n6\n7"), "1\nB\n3\nD\n5\nF\n7");
  const [first, second] = hunksOf(lines);
  assert.ok(first && second);
  lines = accepted(rejected(lines, [second]), [first]);
  assert.equal(text(lines), "1\nB\n3\n4\n5\nF\n7");
  assert.deepEqual(shown(lines), [{ start: 5, length: 1, removed: ["6"] }]);
});

// Every line says whose it is and is written once, so that each can be found again in the end.

test("whatever happens in whatever order, nothing of the user's is lost and nothing of the agent's stays that was rejected", () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const chance = random(seed);
    const world = new World(chance);
    for (let step = 0; step < 25; step += 1) world.step();
    world.check(`seed ${seed}`);
  }
});

class World {
  readonly #chance: () => number;
  #lines: Lines;
  #count = 0;
  /** What may not get lost: written by the user or in the file from the start, and deleted by no user. */
  #kept = new Set<string>();
  /** What the user has agreed to. */
  #agreed = new Set<string>();
  /** What is gone with the user's consent. */
  #gone = new Set<string>();

  constructor(chance: () => number) {
    this.#chance = chance;
    const lines = Array.from({ length: 12 }, () => this.#line("file"));
    for (const line of lines) this.#kept.add(line);
    this.#lines = reviewed(lines.join("\n"));
  }

  step(): void {
    const kind = this.#chance();
    if (kind < 0.4) this.#edit("agent");
    else if (kind < 0.75) this.#edit("user");
    else this.#review(kind < 0.87);
  }

  check(where: string): void {
    const all = textsOf(this.#lines);
    for (const hunk of hunksOf(this.#lines))
      assert.deepEqual(
        all.slice(hunk.start, hunk.start + hunk.length).filter((line) => !line.startsWith("agent")),
        [],
        where,
      );
    const left = textsBefore(this.#lines);
    for (const line of this.#kept) assert.ok(left.includes(line), `${where}: ${line} is lost`);
    for (const line of left)
      assert.ok(!line.startsWith("agent") || this.#agreed.has(line), `${where}: ${line} was never agreed to`);
    for (const line of left) assert.ok(!this.#gone.has(line), `${where}: ${line} has come back`);
    const order = left.filter((line) => line.startsWith("file")).map((line) => Number(line.slice(5)));
    assert.deepEqual(
      order,
      [...order].sort((one, other) => one - other),
      where,
    );
  }

  #edit(who: "agent" | "user"): void {
    const now = textsOf(this.#lines);
    const from = Math.floor(this.#chance() * (now.length + 1));
    const dropped = now.slice(from, from + Math.floor(this.#chance() * 4));
    const added = Array.from({ length: Math.floor(this.#chance() * 4) }, () => this.#line(who));
    const fresh = [...now.slice(0, from), ...added, ...now.slice(from + dropped.length)];
    if (fresh.length === 0) return;
    if (who === "user") {
      for (const line of dropped) {
        this.#kept.delete(line);
        if (!line.startsWith("agent")) this.#gone.add(line);
      }
      for (const line of added) this.#kept.add(line);
      this.#lines = changedByUser(this.#lines, fresh.join("\n"));
    } else this.#lines = changedByAgent(this.#lines, fresh.join("\n"));
    assert.deepEqual(textsOf(this.#lines), fresh);
  }

  #review(agree: boolean): void {
    const hunks = hunksOf(this.#lines);
    const hunk = hunks[Math.floor(this.#chance() * hunks.length)];
    if (!hunk) return;
    const now = textsOf(this.#lines);
    if (agree) {
      for (const line of now.slice(hunk.start, hunk.start + hunk.length)) this.#agreed.add(line);
      for (const line of hunk.removed) {
        this.#kept.delete(line);
        this.#gone.add(line);
      }
      this.#lines = accepted(this.#lines, [hunk]);
      assert.deepEqual(textsOf(this.#lines), now);
    } else this.#lines = rejected(this.#lines, [hunk]);
    assert.equal(hunksOf(this.#lines).length, hunks.length - 1);
  }

  #line(who: "file" | "agent" | "user"): string {
    return `${who} ${this.#count++}`;
  }
}
