/** Rooms import what they share and no other room: the rule of ARCHITECTURE.md. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";

const sources = new URL("../src/", import.meta.url);

/** Folders and files for all; the rest of a room is its own. */
const shared = /^(chips\/|diffs\/|engine\/failures\.ts|session\/transcript\.ts|panel\/messages\.ts)/;

/** The page folds as the host does; the panel says when sessions come back. */
const allowed = new Set(["webview imports session/fold.ts", "panel imports session/sessions.ts"]);

test("a room imports no other room, except what is shared", () => {
  const strange = new Set<string>();
  for (const file of readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name)))
    for (const imported of importsOf(file.replaceAll("\\", "/"))) {
      const [from, to] = [roomOf(file), roomOf(imported)];
      if (from && to && from !== to && !shared.test(imported)) strange.add(`${from} imports ${imported}`);
    }

  assert.deepEqual(strange, allowed);
});

function importsOf(file: string): string[] {
  const text = readFileSync(new URL(file, sources), "utf8");
  return [...text.matchAll(/from "(\.[^"]+)"/g)].map(([, path = ""]) => posix.join(posix.dirname(file), path));
}

/** Files above the rooms are of none. */
function roomOf(file: string): string | undefined {
  return file.includes("/") ? file.split("/")[0] : undefined;
}
