// Mocha in the extension host, see test_workspaces.py: which conversations are heard.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { folder, play, rooms, until } = require("../../support/vscode/in_host.cjs");

describe("conversations", () => {
  it("are left when they rest, but for the last three; one that works is heard to its end", async () => {
    const { actions, engine, sessions } = await rooms();
    const make = async () => (await engine.request("session/create", { directory: folder().fsPath })).id;
    const heard = (ids) => ids.map((id) => sessions.find(id) !== undefined);
    play({ play: [{ text: "I work." }, { waitFor: "go-on" }] });

    const works = await make();
    await sessions.show(works);
    await actions.prompt({ text: "Work" });
    await until(() => sessions.find(works).transcript.messages.length > 1);
    const ids = [];
    for (let count = 0; count < 5; count += 1) {
      ids.push(await make());
      await sessions.show(ids.at(-1));
    }
    assert.deepEqual(heard([works, ...ids]), [true, false, true, true, true, true]);

    fs.writeFileSync(path.join(os.homedir(), "go-on"), "");
    await until(() => sessions.find(works) === undefined);
    assert.deepEqual(heard(ids), [false, true, true, true, true]);

    await sessions.show(ids[0]);
    assert.deepEqual(heard(ids), [true, false, true, true, true]);
  });
});
