/** The law of hunks: what is to be reviewed is the same in how many steps a change came, when each was told, and who was looking. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTwoFilesPatch } from "diff";
import { certain, type Followed, made, seen, told } from "../../src/review/hunks/followed.ts";
import {
  changedByAgent,
  changedByUser,
  type Lines,
  reviewed,
  textsBefore,
  textsOf,
} from "../../src/review/hunks/lines.ts";
import { random } from "./random.ts";

const diffOf = (old: string, fresh: string): string =>
  createTwoFilesPatch("a", "a", old, fresh, "", "", { context: 3 });

/** Lines that often are the same, as blank ones and braces are, so that differences have many forms. */
function someLines(chance: () => number, count: number): string[] {
  return Array.from({ length: count }, () => {
    const kind = Math.floor(chance() * 7);
    return kind < 3 ? "" : kind < 5 ? "}" : `line ${Math.floor(chance() * 5)}`;
  });
}

/** Texts of which each is the one before it with some lines replaced. */
function edits(chance: () => number, count: number): string[] {
  const texts = [someLines(chance, 30)];
  for (let step = 0; step < count; step += 1) {
    const now = texts.at(-1) ?? [];
    const from = Math.floor(chance() * now.length);
    texts.push(now.toSpliced(from, Math.floor(chance() * 5), ...someLines(chance, Math.floor(chance() * 5))));
  }
  return texts.map((lines) => lines.join("\n") + "\n");
}

test("edits of the agent are one change, in however many steps they were seen", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const [first = "", ...later] = edits(random(seed), 6);
    const last = later.at(-1) ?? first;
    const steps = later.reduce<Lines>(changedByAgent, reviewed(first));
    assert.deepEqual(steps, changedByAgent(reviewed(first), last), `seed ${seed}`);
    assert.deepEqual([textsBefore(steps).join("\n"), textsOf(steps).join("\n")], [first, last]);
  }
});

test("a file says the same for review whenever its diffs are told and its texts are seen", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const chance = random(seed);
    const texts = edits(chance, 5);
    const wanted = changedByAgent(reviewed(texts[0] ?? ""), texts.at(-1) ?? "");
    assert.deepEqual(followed(texts, chance)?.lines, wanted, `seed ${seed}`);
  }
});

test("what is known of a change, and is found once more as a whole, is the same", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const [first = "", second = ""] = edits(random(seed), 1);
    const once = made(undefined, first, second);
    assert.deepEqual(made(once, first, second), once, `seed ${seed}`);
  }
});

test("what the user writes between the agent's edits is in both texts, whenever they were seen", () => {
  const at = (lines: string[], index: number, line: string): string[] => lines.with(index, line);
  for (let seed = 1; seed <= 300; seed += 1) {
    const chance = random(seed);
    const first = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    const lines = { agent: first, user: first, all: first };
    let stepwise: Lines = reviewed(first.join("\n"));
    for (let step = 0; step < 8; step += 1) {
      const index = Math.floor(chance() * 10) * 4 + (step % 2) * 2;
      const who = step % 2 ? "user" : "agent";
      lines.all = at(lines.all, index, `${who} ${step}`);
      lines[who] = at(lines[who], index, `${who} ${step}`);
      stepwise = (who === "user" ? changedByUser : changedByAgent)(stepwise, lines.all.join("\n"));
    }
    const userFirst = changedByAgent(
      changedByUser(reviewed(first.join("\n")), lines.user.join("\n")),
      lines.all.join("\n"),
    );
    const agentFirst = changedByUser(
      changedByAgent(reviewed(first.join("\n")), lines.agent.join("\n")),
      lines.all.join("\n"),
    );
    assert.deepEqual([stepwise, agentFirst], [userFirst, userFirst], `seed ${seed}`);
  }
});

test("a diff that was cut short is not waited for", () => {
  const cut = "--- a\n+++ a\n@@ -1,9 +1,9 @@\n-one\n+1\n(… 40 more lines)\n";
  assert.deepEqual(told(undefined, cut, "1\n"), certain(reviewed("1\n")));
});

/** The diffs are told in order, and the file may be looked at in between; it may be behind what is told, or before it. */
function followed(texts: readonly string[], chance: () => number): Followed | undefined {
  const last = texts.length - 1;
  let file: Followed | undefined;
  let shown = 0;
  const look = (): string => texts[(shown += Math.floor(chance() * (last - shown + 1)))] ?? "";
  for (let index = 1; index <= last; index += 1) {
    const text = look();
    if (file && chance() < 0.3) file = seen(file, text);
    file = told(file, diffOf(texts[index - 1] ?? "", texts[index] ?? ""), text);
  }
  return file && seen(file, texts[last] ?? "");
}

test("a diff of plain lines tells of a file with mixed ends of lines, too", () => {
  const [before, after] = ["one\ntwo\nthree\n", "one\n2\nthree\n"];
  const { lines } = told(undefined, diffOf(before, after), "one\n2\r\nthree\r\n");

  assert.deepEqual(lines, changedByAgent(reviewed(before), after));
});
