/** Where the engine is looked for, and when it is started again. */
import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { next } from "../../src/engine/backoff.ts";
import { findBinary, type Places } from "../../src/engine/binary.ts";
import { foreign, lacking } from "../../src/engine/fitness.ts";
import type { EngineOptions } from "sessiond-protocol";

async function placed(): Promise<{ places: Places; program: string }> {
  const home = await mkdtemp(join(tmpdir(), "sessiond-"));
  const program = join(home, ".local", "bin", "sessiond");
  await mkdir(join(home, ".local", "bin"), { recursive: true });
  await writeFile(program, "#!/bin/sh\n");
  await chmod(program, 0o755);
  return { places: { setting: "", path: "", home, platform: "linux" }, program };
}

test("it is found where installers put it, though the PATH does not have it", async () => {
  const { places, program } = await placed();
  assert.deepEqual(await findBinary(places), { path: program });
});

test("the setting counts alone, with ~ for the home, and says what is wrong with it", async () => {
  const { places, program } = await placed();
  assert.deepEqual(await findBinary({ ...places, setting: "~/.local/bin/sessiond" }), { path: program });
  for (const setting of ["bin/sessiond", "/no/such/program"]) {
    const found = await findBinary({ ...places, setting });
    assert.ok("whyNot" in found && found.whyNot.includes(setting));
  }
});

test("the program is not looked for in the folder that happens to be the current one", async () => {
  const found = await findBinary({ setting: "", path: ".:bin", home: "/nowhere", platform: "linux" });
  assert.ok("whyNot" in found || !found.path.startsWith("."));
});

test("one start after another waits longer, then nothing is tried; one that held for a minute begins anew", () => {
  const delays: (number | undefined)[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) delays.push(next(attempt, 100, true).delay);
  assert.deepEqual(delays, [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, undefined]);
  assert.deepEqual(next(7, 60_000, true), { attempt: 1, delay: 250 });
});

test("a program that has never answered is tried three times more", () => {
  assert.deepEqual([next(2, 100, false).delay, next(3, 100, false).delay], [1_000, undefined]);
});

test("a program that says something else is no engine, and its words are shown as one short line", () => {
  assert.equal(foreign("/bin/x", "Content-Length: 12\r\n\r\n"), undefined);
  assert.equal(foreign("/bin/x", "Con"), undefined);
  assert.equal(foreign("/bin/x", "\u001b[1mhello\nand more"), "/bin/x is no sessiond engine: it said “[1mhello”.");
  assert.ok((foreign("/bin/x", "long ".repeat(99)) ?? "").length < 150);
});

test("an engine that lacks what the chat needs is told from one that lacks other things", () => {
  const methods = ["session/create", "session/subscribe", "session/chat", "session/abort", "permission/reply"];
  const lacks = (known: unknown): string | undefined => lacking("/bin/x", "0.0.1", { methods: known } as EngineOptions);
  assert.equal(lacks(methods), undefined);
  assert.match(lacks(methods.slice(1)) ?? "", /^The engine 0\.0\.1 at \/bin\/x is too old.*lacks session\/create\.$/);
  assert.match(lacks("none") ?? "", /too old/);
});
