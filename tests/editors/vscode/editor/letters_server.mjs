// An MCP server with two prompts, which become commands; see mentions.cjs.
import { createInterface } from "node:readline";

const prompts = [
  { name: "letter", title: "A letter", description: "Writes a letter.", arguments: [{ name: "subject", required: true }, { name: "tone" }] },
  { name: "bare" },
];
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { prompts: {} }, serverInfo: { name: "letters", version: "1" } }),
  ping: () => ({}),
  "prompts/list": () => ({ prompts }),
  "prompts/get": ({ name, arguments: given }) => ({ messages: [{ role: "user", content: { type: "text", text: `${name} ${JSON.stringify(given)}` } }] }),
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const answer = answers[method];
  const body = answer ? { result: answer(params ?? {}) } : { error: { code: -32601, message: method } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, ...body })}\n`);
});
