/** The offer to install the engine, in an editor that is played: a real one would install something. */
import assert from "node:assert/strict";
import { register } from "node:module";
import { test } from "node:test";

class Event<T> {
  readonly heardBy = new Set<(what: T) => void>();
  readonly on = (take: (what: T) => void): { dispose: () => boolean } => {
    this.heardBy.add(take);
    return { dispose: () => this.heardBy.delete(take) };
  };
  fire(what: T): void {
    for (const take of [...this.heardBy]) take(what);
  }
}

class Terminal {
  readonly lines: string[] = [];
  readonly show = (): void => undefined;
  readonly sendText = (line: string): number => this.lines.push(line);
}

const ended = new Event<{ terminal: Terminal }>();
const closed = new Event<Terminal>();
const commands: string[] = [];
let terminal = new Terminal();

const played = {
  window: {
    showQuickPick: ([first]: object[]) => Promise.resolve(first),
    createTerminal: () => (terminal = new Terminal()),
    onDidEndTerminalShellExecution: ended.on,
    onDidCloseTerminal: closed.on,
  },
  commands: { executeCommand: (command: string) => Promise.resolve(commands.push(command)) },
  Disposable: {
    from: (...all: { dispose: () => unknown }[]) => ({ dispose: () => all.forEach((each) => each.dispose()) }),
  },
};
Object.assign(globalThis, { played });
const editor = "data:text/javascript,export const { window, commands, Disposable } = globalThis.played";
const resolving = `export const resolve = (name, context, next) =>
  name === "vscode" ? { url: ${JSON.stringify(editor)}, shortCircuit: true } : next(name, context)`;
register(`data:text/javascript,${encodeURIComponent(resolving)}`);
const { install } = await import("../../src/panel/installation.ts");

function listeners(): number {
  return ended.heardBy.size + closed.heardBy.size;
}

test("the end of the command in its terminal starts the engine, once", async () => {
  await install();
  ended.fire({ terminal: new Terminal() });
  const before = [...commands];
  ended.fire({ terminal });
  ended.fire({ terminal });

  assert.deepEqual(terminal.lines, ["uv tool install sessiond"]);
  assert.deepEqual(before, []);
  assert.deepEqual(commands.splice(0), ["sessiond.startEngine"]);
  assert.equal(listeners(), 0);
});

test("nothing is waited for in a terminal that has been closed", async () => {
  await install();
  closed.fire(new Terminal());
  const before = listeners();
  closed.fire(terminal);

  assert.equal(before, 2);
  assert.equal(listeners(), 0);
  assert.deepEqual(commands, []);
});
