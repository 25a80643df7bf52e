// Mocha in the extension host, see test_editor.py: an engine that is stopped stays so until something is asked of it; rows that wait.
const assert = require("node:assert/strict");
const path = require("node:path");
const vscode = require("vscode");
const support = require(path.join(__dirname, "../../../support/vscode/in_host.cjs"));

const { ended, folder, pageOf, play, until, write } = support;
let rooms;
let page;

describe("the engine", () => {
  before(async () => {
    rooms = await support.rooms();
    page = pageOf(rooms);
    play({ text: "Hello." });
    await rooms.actions.prompt({ text: "Hello" });
    await ended(rooms);
  });

  it("that is stopped stays so while a session is open, and starts with the next prompt", async () => {
    const { pid } = await status();
    await vscode.commands.executeCommand("sessiond.stopEngine");
    await until(() => !alive(pid));
    const uri = write("typed.txt", "");
    const editor = await vscode.window.showTextDocument(uri);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "typed"));
    play({ text: "Hello." }, { toolCalls: [{ name: "read", arguments: { filePath: "typed.txt" } }] }, { text: "Read." });
    const told = page.posted.filter(({ type }) => type === "engine").at(-1).state;
    const asked = Date.now();
    await prompted("Again");
    const { uptimeMs } = await status();
    const [read] = rooms.sessions.current.transcript.messages.flatMap(({ parts }) => parts.filter(({ type }) => type === "tool"));

    assert.deepEqual(told, { kind: "stopped" });
    assert.match(read.state.output, /1\ttyped/);
    assert.ok(uptimeMs <= Date.now() - asked, `it was started ${uptimeMs - Date.now() + asked} ms before anybody asked`);
  });

  it("that is stopped past its own button is said to be stopped, and started by the next prompt", async () => {
    const { pid } = await status();
    await rooms.engine.request("server/stop", { when: "now" });
    await until(() => rooms.engine.state.kind === "stopped");
    play({ text: "Hello again." });
    await prompted("And again");

    assert.notEqual((await status()).pid, pid);
  });

  it("tells which sessions wait, although nobody listens to them", async () => {
    play({ toolCalls: [{ name: "bash", arguments: { command: "mkdir made" } }] }, { text: "Done." });
    const { id: sessionId } = await rooms.engine.request("session/create", { directory: folder().fsPath, title: "Elsewhere" });
    await rooms.engine.request("session/chat", { sessionId, text: "Go", respond: "accepted" });
    const [waiting] = await until(() => rooms.waiting.sessions.length && rooms.waiting.sessions);
    await rooms.engine.request("session/abort", { sessionId });
    await until(() => rooms.waiting.sessions.length === 0);

    assert.equal(waiting.title, "Elsewhere");
    assert.equal(rooms.sessions.find(sessionId), undefined);
  });
});

function status() {
  return rooms.engine.request("server/status", {});
}

/** Until that turn has ended. */
async function prompted(text) {
  await rooms.actions.prompt({ text });
  await until(() => {
    const { messages, session, turns } = rooms.sessions.current.transcript;
    const prompt = messages.find(({ parts }) => parts.some((part) => part.text === text));
    return prompt && turns[prompt.turnId]?.ended && session.turnId === null;
  });
}

function alive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
