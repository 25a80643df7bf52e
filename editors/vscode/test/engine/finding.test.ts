/** Where the engine is looked for, and when it is started again. */
import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { next } from "../../src/engine/backoff.ts";
import { findBinary, type Places } from "../../src/engine/binary.ts";

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
  for (let attempt = 0; attempt < 8; attempt += 1) delays.push(next(attempt, 100).delay);
  assert.deepEqual(delays, [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, undefined]);
  assert.deepEqual(next(7, 60_000), { attempt: 1, delay: 250 });
});
