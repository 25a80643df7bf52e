/** Takes what the webview asks for and gives it to whoever does it. What it may start is listed; nothing else is. */
import * as vscode from "vscode";
import type { Actions, PanelRequest, Sessions, SuggestionSource } from "../contract.ts";
import { chipsOf, saidIn } from "../chips/said.ts";
import type { Texts } from "../diffs/texts.ts";
import { asFailure } from "../engine/failures.ts";
import type { AskedDiffs } from "./opening/asked_diffs.ts";
import { takeCode } from "./opening/code.ts";
import type { FromWebview, PanelCommand, QueueChange, Suggestion, ToWebview } from "./messages.ts";
import { openTarget } from "./opening/opening.ts";
import type { Proposals } from "./opening/proposals.ts";

export interface ReceiverParts {
  readonly log: vscode.LogOutputChannel;
  readonly sessions: Sessions;
  readonly actions: Actions;
  readonly texts: Texts;
  readonly asked: AskedDiffs;
  readonly proposals: Proposals;
  readonly sources: ReadonlyMap<"@" | "/", readonly SuggestionSource[]>;
  readonly requests: ReadonlyMap<PanelRequest, (detail: string) => unknown>;
  post(message: ToWebview): void;
  /** Back to the prompt box. */
  focus(): Promise<void>;
}

const commands: ReadonlySet<PanelCommand> = new Set([
  "sessiond.newSession",
  "sessiond.newSessionIn",
  "sessiond.openSession",
  "sessiond.chooseModel",
  "sessiond.restartEngine",
  "sessiond.startEngine",
  "sessiond.installEngine",
  "sessiond.chooseProgram",
  "sessiond.openSettings",
  "sessiond.setKey",
  "sessiond.showLog",
  "sessiond.unrevert",
  "sessiond.openWalkthrough",
  "workbench.trust.manage",
]);

/** Lists that are chosen from: when one has gone, the workbench gives the focus to an editor and not to the page again. */
const picking: ReadonlySet<PanelCommand> = new Set(["sessiond.chooseModel", "sessiond.openSession"]);

export class Receiver {
  readonly #parts: ReceiverParts;
  #suggesting: vscode.CancellationTokenSource | undefined;

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
  }

  /** A failure costs what was asked for, and the log has it. */
  async take(message: FromWebview): Promise<void> {
    try {
      await this.#take(message);
    } catch (error) {
      this.#parts.log.error(`${message.type}: ${asFailure(error).message}`);
    }
  }

  #take(message: FromWebview): unknown {
    const { actions, sessions, texts, asked, proposals, log, requests } = this.#parts;
    switch (message.type) {
      case "prompt":
        return this.#prompt(message);
      case "abort":
        return actions.abort();
      case "permission":
        return actions.replyPermission(message.requestId, message.answer, message.feedback);
      case "question":
        return actions.replyQuestion(message.requestId, message.action, message.content);
      case "older":
        return sessions.current?.readOlder();
      case "fork":
        return this.#forkBefore(message.messageId);
      case "again":
        return this.#sayAgain(message.messageId);
      case "queue":
        return this.#changeQueue(message.change);
      case "suggest":
        return this.#suggest(message.id, message.trigger, message.query);
      case "take":
        return this.#takeSuggestion(message.id, message.trigger, message.suggestion);
      case "code":
        return takeCode(message.action, message.text, proposals);
      case "open":
        return openTarget(message.target, sessions.current, texts, asked);
      case "run":
        return this.#run(message.command);
      case "request":
        return requests.get(message.name)?.(message.detail);
      case "measured":
        return log.debug(`chat: ${message.name} ${message.ms} ms`);
      case "keep":
      case "ready":
        return undefined;
    }
  }

  async #run(command: PanelCommand): Promise<void> {
    if (!commands.has(command)) return;
    await vscode.commands.executeCommand(command);
    if (picking.has(command)) await this.#parts.focus();
  }

  async #prompt({ id, text, chips, whenBusy }: Extract<FromWebview, { type: "prompt" }>): Promise<void> {
    const command = chips.find((chip) => chip.command)?.command;
    const ok = await this.#parts.actions.prompt({
      text,
      parts: chips.flatMap((chip) => chip.parts),
      ...(command && { command: { name: command, arguments: text }, text: "" }),
      ...(whenBusy && { whenBusy }),
    });
    this.#parts.post({ type: "accepted", id, ok });
  }

  async #forkBefore(messageId: string): Promise<void> {
    const { sessions, actions } = this.#parts;
    const { current } = sessions;
    const indexOf = (): number => current?.transcript.messages.findIndex(({ id }) => id === messageId) ?? -1;
    // The message before it may be on the page before.
    if (indexOf() === 0) await current?.readOlder();
    const message = current?.transcript.messages[indexOf()];
    if (!message) return;
    const kept = current.transcript.messages[indexOf() - 1];
    if (kept) await actions.fork(kept.id);
    else sessions.showNew();
    const said = saidIn(message);
    this.#parts.post({ type: "insert", text: said.text, chips: chipsOf(said) });
  }

  /** What is not accepted stands in the prompt box. */
  async #sayAgain(messageId: string): Promise<void> {
    const { sessions, actions } = this.#parts;
    const message = sessions.current?.transcript.messages.find(({ id }) => id === messageId);
    if (!message) return;
    const said = saidIn(message);
    const chips = chipsOf(said);
    if (!(await actions.prompt({ text: said.text, parts: chips.flatMap(({ parts }) => parts) })))
      this.#parts.post({ type: "insert", text: said.text, chips });
  }

  async #changeQueue(change: QueueChange): Promise<void> {
    const { actions } = this.#parts;
    switch (change.kind) {
      case "text":
        // It may have begun while it was being changed: then this is another prompt.
        if (!(await actions.updateQueued(change.queueId, { text: change.text })))
          this.#parts.post({ type: "insert", text: change.text, chips: [] });
        return;
      case "mode":
        return void (await actions.updateQueued(change.queueId, { mode: change.mode }));
      case "remove":
        return actions.removeQueued(change.queueId);
      case "order":
        return actions.moveQueued(change.queueIds);
      case "resume":
        return actions.resumeQueue();
    }
  }

  /** A newer question takes the place of the one before. */
  async #suggest(id: number, trigger: "@" | "/", query: string): Promise<void> {
    this.#suggesting?.cancel();
    const { token } = (this.#suggesting = new vscode.CancellationTokenSource());
    const found = await Promise.all(
      (this.#parts.sources.get(trigger) ?? []).map((source) => source.find(query, token)),
    );
    if (!token.isCancellationRequested) this.#parts.post({ type: "suggestions", id, suggestions: interleaved(found) });
  }

  /** Whoever has offered it knows it; the others say nothing. */
  async #takeSuggestion(id: number, trigger: "@" | "/", suggestion: Suggestion): Promise<void> {
    for (const source of this.#parts.sources.get(trigger) ?? []) {
      const taken = await source.take(suggestion);
      if (taken === undefined) continue;
      return this.#parts.post({
        type: "taken",
        id,
        ...(typeof taken === "string" ? { text: taken } : { chip: taken }),
      });
    }
  }
}

/** The first ones of all sources before the second ones of any. */
function interleaved(lists: readonly (readonly Suggestion[])[]): Suggestion[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list[index] ?? []))
    .flat()
    .slice(0, 50);
}
