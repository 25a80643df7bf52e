// What mocha files in the extension host share: the rooms of the extension, its folder, the scripted model, and the chat's page.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");
const vscode = require("vscode");

const home = os.homedir();
const folder = () => vscode.workspace.workspaceFolders[0].uri;
const file = (name) => vscode.Uri.joinPath(folder(), name);

/** What the extension's `activate` returns. */
const rooms = () => vscode.extensions.getExtension("sessiond.sessiond").activate();

/** Waits until it holds, and gives what it is. */
async function until(holds, seconds = 15) {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const found = await holds();
    if (found) return found;
    assert.ok(Date.now() < end, `not in ${seconds} s: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A file of the folder, with what it holds. */
function write(name, content) {
  fs.mkdirSync(path.dirname(file(name).fsPath), { recursive: true });
  fs.writeFileSync(file(name).fsPath, content);
  return file(name);
}

/** What the scripted model answers from now on. */
function play(...steps) {
  const script = path.join(home, "steps.jsonl");
  fs.writeFileSync(`${script}.new`, steps.map((step) => `${JSON.stringify(step)}\n`).join(""));
  fs.renameSync(`${script}.new`, script);
}

/** The session in the panel, once its turn has ended. */
async function ended({ sessions }) {
  await until(() => {
    const transcript = sessions.current?.transcript;
    return transcript?.messages.length > 1 && transcript.session.turnId === null;
  });
  return sessions.current.transcript;
}

/** A new session in which the model makes these calls; what became of each. */
async function called(rooms, ...calls) {
  play({ toolCalls: calls.map(([name, args]) => ({ name, arguments: args })) }, { text: "Done." });
  rooms.sessions.showNew();
  await rooms.actions.prompt({ text: "Go" });
  const { messages } = await ended(rooms);
  return messages.flatMap(({ parts }) => parts.filter(({ type }) => type === "tool").map(({ state }) => state));
}

/** The engine's request to the editor, see overheard_engine.mjs; `heard`: what the editor has notified of. */
function ask(method, params = {}) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(path.join(home, "overheard"), () => socket.write(`${JSON.stringify({ method, params })}\n`));
    let text = "";
    socket.on("data", (data) => (text += data)).on("error", reject);
    socket.on("end", () => {
      const { result, error } = JSON.parse(text);
      if (error) reject(new Error(JSON.stringify(error)));
      else resolve(result);
    });
  });
}

/** The panel with a page that is played: `tell` is what the webview says, `posted` what it is told. */
function pageOf({ panel }) {
  const said = new vscode.EventEmitter();
  const posted = [];
  const silent = new vscode.EventEmitter();
  const webview = {
    cspSource: "", html: "", options: {},
    asWebviewUri: (uri) => uri,
    onDidReceiveMessage: said.event,
    postMessage: async (message) => posted.push(message) > 0,
  };
  panel.resolveWebviewView({ webview, visible: true, onDidChangeVisibility: silent.event, onDidDispose: silent.event });
  said.fire({ type: "ready" });
  let lastId = 0;
  const told = (message, type) => {
    lastId += 1;
    const id = lastId;
    said.fire({ ...message, id });
    return until(() => posted.find((each) => each.type === type && each.id === id));
  };
  return {
    posted,
    suggest: async (trigger, query) => (await told({ type: "suggest", trigger, query }, "suggestions")).suggestions,
    take: async (trigger, suggestion) => told({ type: "take", trigger, suggestion }, "taken"),
    prompt: async (text, chips) => (await told({ type: "prompt", text, chips }, "accepted")).ok,
  };
}

module.exports = { ask, called, ended, file, folder, home, pageOf, play, rooms, until, write };
