/** What the status bar, notifications and pages say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, PermissionRequest, Session, UsageResult } from "sessiond-protocol";
import { foldAll } from "../../src/session/fold.ts";
import { emptyTranscript, type Transcript } from "../../src/session/transcript.ts";
import { engineLines } from "../../src/status/engine_words.ts";
import { glance } from "../../src/status/glance.ts";
import { newsOf, sayPermission, waiting } from "../../src/status/news.ts";
import { serverLine } from "../../src/status/server_words.ts";
import { usagePage } from "../../src/status/usage_page.ts";

const usage = { input: 1_200, output: 300, reasoning: 0, cacheRead: 0, cacheWrite: 0 };
const none = { input: 0, output: 0, reasoning: 0, cacheRead: 0, cacheWrite: 0 };
const ready = { kind: "ready", version: "1.2", methods: [] } as const;
const session: Session = {
  id: "ses_1",
  title: "Fix it",
  directory: "/p",
  createdAt: 0,
  updatedAt: 0,
  parentId: null,
  model: null,
  archived: false,
  usage: none,
  cost: 0,
  turnId: null,
  waiting: 0,
  origin: null,
};
const request: PermissionRequest = {
  id: "per_1",
  sessionId: "ses_1",
  turnId: "trn_1",
  messageId: "msg_1",
  partId: "prt_1",
  tool: "bash",
  title: "Run [this](command:evil)",
  permission: "bash",
  patterns: ["mkdir made"],
  reason: "No rule allows it.",
  always: [{ permission: "bash", pattern: "mkdir *" }],
};
const begun: Event[] = [
  { type: "session.created", seq: 1, at: 0, session },
  { type: "turn.started", seq: 2, at: 1_000, turnId: "trn_1", kind: "chat", model: "script/any" },
];
const asked: Event = { type: "permission.asked", seq: 3, at: 2_000, request };
const answered: Event = {
  type: "permission.replied",
  seq: 4,
  at: 3_000,
  requestId: "per_1",
  decision: "allowOnce",
  by: "nvim",
};

function ended(stopReason: "aborted" | "endTurn" | "error", seconds: number): Event {
  const error = stopReason === "error" ? { error: { kind: "overloaded", message: "No capacity." } } : {};
  return {
    type: "turn.ended",
    seq: 5,
    at: 1_000 + seconds * 1_000,
    turnId: "trn_1",
    stopReason,
    usage,
    cost: 0.25,
    ...error,
  };
}

function after(...events: Event[]): Transcript {
  return foldAll(emptyTranscript(), [...begun, ...events]);
}

test("the status bar says whether it works, waits, has failed or lacks its engine", () => {
  const texts = [
    glance(ready, undefined, 0),
    glance(ready, after(), 0),
    glance(ready, after(asked), 0),
    glance(ready, after(ended("error", 1)), 0),
    glance({ kind: "waiting", reason: "It ended.", attempt: 1, nextTryAt: 2_000 }, after(), 0),
    glance({ kind: "stopped" }, after(), 0),
    glance(ready, after(asked), 0, [session]),
    glance(ready, undefined, 0, [session, session]),
    glance({ kind: "missing", reason: "Not installed." }, undefined, 0),
  ].map(({ text, severity, spoken }) => [text, severity, spoken]);

  assert.deepEqual(texts, [
    ["$(comment-discussion) sessiond", undefined, "Nothing runs"],
    ["$(loading~spin) sessiond works", undefined, "A turn runs: it works"],
    ["$(bell-dot) sessiond asks", "warning", "A question waits for your answer"],
    ["$(comment-unresolved) sessiond", undefined, "The last turn has failed: No capacity."],
    ["$(sync) sessiond", "warning", "It ended. It is started again in 2 s."],
    ["$(debug-stop) sessiond", undefined, "The engine is stopped; it starts with the next prompt"],
    ["$(bell-dot) sessiond asks +1", "warning", "A question waits for your answer. Another session waits for you"],
    ["$(bell-dot) sessiond: 2 waiting", "warning", "Nothing runs. 2 other sessions wait for you"],
    ["$(warning) sessiond", "warning", "Not installed."],
  ]);
});

test("its tooltip has model, tokens, cost and context", () => {
  const filled: Event = { type: "context", at: 0, used: 50_000, limit: 200_000 };

  assert.deepEqual(glance(ready, after(ended("endTurn", 1), filled), 0).facts, [
    ["Session", "Fix it"],
    ["Model", "script/any"],
    ["Tokens", "1.5k"],
    ["Cost", "$0.25"],
    ["Context", "50k of 200k (25 %)"],
    ["Engine", "1.2"],
  ]);
});

test("a long turn that ends is news, a short or stopped one is not", () => {
  const said = (event: Event): string[] =>
    newsOf(after(event), [event], 30_000).map((news) => (news.kind === "ended" ? news.text : ""));

  assert.deepEqual(said(ended("endTurn", 125)), ["“Fix it” is done after 2 min 5 s."]);
  assert.deepEqual(said(ended("error", 31)), ["“Fix it” has failed after 31 s: No capacity."]);
  assert.deepEqual([...said(ended("endTurn", 29)), ...said(ended("aborted", 125))], []);
});

test("a question is news as long as it waits", () => {
  assert.deepEqual(newsOf(after(asked), [asked], 0), [{ kind: "permission", id: "per_1", request }]);
  assert.deepEqual(newsOf(after(asked, answered), [asked, answered], 0), []);
  assert.deepEqual(waiting(after(asked, answered)), []);
});

test("what a notification says of a call has the rule, and no links of others", () => {
  assert.equal(
    sayPermission(request, "Fix it"),
    "“Fix it” asks: Run [this] (command:evil) (No rule allows it). Always, in this project: bash mkdir *",
  );
});

test("a notification has as much of a command as there is room for, and says how much is left out", () => {
  const say = (command: string): string =>
    sayPermission({ ...request, title: "true; harmless…", command, reason: null, always: [] }, "Fix it");

  assert.equal(say("true;\nrm -rf ~/\u202eprecious"), "“Fix it” asks: true; rm -rf ~/\ufffdprecious");
  assert.equal(say("x".repeat(300)), `“Fix it” asks: ${"x".repeat(240)}… (60 more characters)`);
});

test("the page of costs has kinds and models, and says what is not known", () => {
  const spent = { usage, cost: null, atLeast: 0.5, calls: 2, untold: 1 };
  const nothing = { usage: none, cost: 0, atLeast: 0, calls: 0, untold: 0 };
  const result: UsageResult = {
    ...spent,
    children: 0,
    turns: spent,
    summaries: nothing,
    titles: nothing,
    tasks: nothing,
    models: [{ model: "a/b_c", spent }],
  };

  assert.equal(
    usagePage("Fix *it*", result),
    `# Fix \\*it\\*

Tokens: **1.5k** · Cost: **at least $0.50** · Calls of models: **2**

Calls that have told no tokens, and are in no sum: 1.

## By kind of work

| | input | cache read | cache written | output | reasoning | calls | cost |
|---|--:|--:|--:|--:|--:|--:|--:|
| Answers | 1.2k | 0 | 0 | 300 | 0 | 2 | at least $0.50 |

## By model

| | input | cache read | cache written | output | reasoning | calls | cost |
|---|--:|--:|--:|--:|--:|--:|--:|
| a/b\\_c | 1.2k | 0 | 0 | 300 | 0 | 2 | at least $0.50 |`,
  );
});

test("the engine and its clients are said in lines", () => {
  const status = {
    version: "1.2",
    protocolVersion: 1,
    pid: 7,
    uptimeMs: 120_000,
    clients: 1,
    connected: [{ name: "nvim", connectedAt: 0, processId: null, directory: "/p", subscribed: 1 }],
    shared: true,
    leaving: false,
    sessions: 1,
    turns: 2,
    memoryBytes: 3_000_000,
    dataDirectory: "/data",
    storage: "open",
    sandbox: { state: "none", reason: "It is switched off." },
  } as const;

  assert.deepEqual(engineLines({ ...status, connected: [...status.connected] }, 5_000), {
    engine: [
      {
        label: "$(server-process) sessiond 1.2",
        description: "shared by all editors · up for 2 min 0 s · 2.9 MB",
        detail: "Process 7 · protocol 1 · 2 turns run",
      },
      { label: "$(database) Storage", description: "open", detail: "/data" },
      { label: "$(shield) Sandbox", description: "none", detail: "It is switched off." },
    ],
    clients: [{ label: "$(plug) nvim", description: "/p", detail: "for 5.0 s · hears one session" }],
  });
});

test("a server says its state, the reason and what Enter does", () => {
  assert.deepEqual(
    serverLine({ name: "files", state: "ready", tools: ["files_read"], resources: 2, source: "config.toml" }),
    {
      label: "$(pass) files",
      description: "ready · 1 tool · 2 resources",
      detail: "config.toml",
      does: "disconnect",
    },
  );
  assert.deepEqual(serverLine({ name: "web", state: "failed", reason: "It ended with code 1." }), {
    label: "$(error) web",
    description: "failed",
    detail: "It ended with code 1.",
    does: "connect",
  });
});
