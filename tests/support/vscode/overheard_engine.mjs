// Stands between the editor and the real engine, as the program of `sessiond.path`: `node overheard_engine.mjs PROGRAM SOCKET`.
// Passes all of it on. Over the socket, JSON lines: a request is put to the editor, `heard` gives what the editor has notified of since.
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import { createInterface } from "node:readline";

const [program, socket] = process.argv.slice(2);
const engine = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
const waiting = new Map();
let heard = [];
let lastId = 0;

/** Calls `take` with each whole frame, and the message in it. */
function framed(take) {
  let kept = Buffer.alloc(0);
  return (chunk) => {
    kept = Buffer.concat([kept, chunk]);
    for (;;) {
      const head = kept.indexOf("\r\n\r\n");
      if (head < 0) return;
      const end = head + 4 + Number(/content-length: *(\d+)/i.exec(kept.toString("latin1", 0, head))[1]);
      if (kept.length < end) return;
      take(kept.subarray(0, end), JSON.parse(kept.toString("utf8", head + 4, end)));
      kept = kept.subarray(end);
    }
  };
}

process.stdin.on("data", framed((frame, message) => {
  const answer = waiting.get(message.id);
  if (answer && !message.method) {
    waiting.delete(message.id);
    return answer({ result: message.result, error: message.error });
  }
  if (message.method && message.id === undefined) heard.push(message);
  engine.stdin.write(frame);
}));
process.stdin.on("end", () => engine.stdin.end());
engine.stdout.on("data", framed((frame) => process.stdout.write(frame)));
engine.on("close", (code) => process.exit(code ?? 1));
process.on("SIGTERM", () => engine.kill());

fs.rmSync(socket, { force: true });
net.createServer((asking) => createInterface({ input: asking }).on("line", (line) => {
  const { method, params } = JSON.parse(line);
  const reply = (given) => asking.end(`${JSON.stringify(given)}\n`);
  if (method === "heard") {
    reply({ result: heard });
    heard = [];
    return;
  }
  const id = `overheard:${++lastId}`;
  waiting.set(id, reply);
  const body = JSON.stringify({ jsonrpc: "2.0", id, method, params });
  process.stdout.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
})).listen(socket);
