/**
 * The chat view, in whichever side bar it is: what the webview is shown, and when. State lives in the sessions.
 *
 * A webview that is made, or that was hidden while something happened, gets all of it anew; else events in order.
 */
import * as vscode from "vscode";
import type { Actions, Engine, Memory, Panel, PanelRequest, SuggestionSource } from "../contract.ts";
import { Texts } from "../diffs/texts.ts";
import type { RestorableSessions } from "../session/sessions.ts";
import { openChatCommands } from "./commands.ts";
import { KnownModels } from "./models.ts";
import type { Chip, FromWebview, ToWebview } from "./messages.ts";
import { AskedDiffs } from "./opening/asked_diffs.ts";
import { Proposals } from "./opening/proposals.ts";
import { Outbox } from "./outbox.ts";
import { page, webviewOptions } from "./page.ts";
import { WatchedPlace } from "./place.ts";
import { readPreferences } from "./preferences.ts";
import { Receiver } from "./receiver.ts";

const keptKey = "sessiond.kept";
const views = ["sessiond.chat", "sessiond.chatSecondary"] as const;

export function createPanel(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  memory: Memory,
  engine: Engine,
  sessions: RestorableSessions,
  actions: Actions,
): Panel {
  return new ChatPanel(context, log, memory, engine, sessions, actions);
}

class ChatPanel implements Panel, vscode.WebviewViewProvider {
  #view: vscode.WebviewView | undefined;
  /** Whether its script has asked for the state; posts before that are lost. */
  #ready = false;
  /** What has happened while nobody could see it. */
  #missed = false;
  #waiting: ToWebview[] = [];
  /** Whether the view was seen when it was taken away: the setting that says where the chat is may be heard of before or after. */
  #takenFromSight = false;
  #resets: vscode.Disposable | undefined;
  readonly #visibles = new vscode.EventEmitter<boolean>();
  readonly onDidChangeVisible = this.#visibles.event;
  readonly #outbox = new Outbox((events) => {
    const sessionId = this.#sessions.current?.id;
    if (sessionId) this.#post({ type: "events", sessionId, events });
  });
  readonly #sources = new Map<"@" | "/", SuggestionSource[]>();
  readonly #requests = new Map<PanelRequest, (detail: string) => unknown>();
  readonly #context: vscode.ExtensionContext;
  readonly #memory: Memory;
  readonly #engine: Engine;
  readonly #sessions: RestorableSessions;
  readonly #models: KnownModels;
  readonly #place: WatchedPlace;
  readonly #receiver: Receiver;
  readonly #open: readonly { dispose(): unknown }[];

  constructor(
    context: vscode.ExtensionContext,
    log: vscode.LogOutputChannel,
    memory: Memory,
    engine: Engine,
    sessions: RestorableSessions,
    actions: Actions,
  ) {
    this.#context = context;
    this.#memory = memory;
    this.#engine = engine;
    this.#sessions = sessions;
    const texts = new Texts("sessiond-chat");
    const asked = new AskedDiffs(sessions);
    const proposals = new Proposals();
    this.#models = new KnownModels(context.globalState, engine, sessions);
    this.#place = new WatchedPlace(sessions);
    this.#receiver = new Receiver({
      log,
      sessions,
      actions,
      texts,
      asked,
      proposals,
      sources: this.#sources,
      requests: this.#requests,
      post: (message) => this.#post(message),
      focus: () => this.reveal(),
    });
    this.#open = [
      texts,
      asked,
      proposals,
      this.#place,
      this.#visibles,
      ...views.map((view) =>
        vscode.window.registerWebviewViewProvider(view, this, { webviewOptions: { retainContextWhenHidden: true } }),
      ),
      sessions.onDidChangeCurrent((current) => {
        this.#snapshot();
        this.#resets?.dispose();
        this.#resets = current?.onDidReset(() => this.#snapshot());
      }),
      sessions.onDidFold(({ conversation, events }) => conversation === sessions.current && this.#tell(events)),
      engine.onDidChangeState((state) => this.#post({ type: "engine", state })),
      this.#place.onDidChange((place) => {
        this.#post({ type: "place", place });
        if (engine.atHand) void this.#models.refresh();
      }),
      this.#models.onDidChange((models) => this.#post({ type: "models", models })),
      vscode.workspace.onDidChangeConfiguration((change) => this.#heed(change)),
      openChatCommands(context, log, engine, sessions, actions, this, this.#models),
    ];
  }

  get visible(): boolean {
    return this.#view?.visible ?? false;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#ready = false;
    this.#takenFromSight = false;
    view.webview.options = webviewOptions(this.#context.extensionUri);
    const listening = vscode.Disposable.from(
      view.webview.onDidReceiveMessage((message: FromWebview) => this.#receive(message)),
      view.onDidChangeVisibility(() => {
        this.#visibles.fire(view.visible);
        if (view.visible && this.#missed) this.#snapshot();
      }),
    );
    view.onDidDispose(() => {
      listening.dispose();
      if (this.#view !== view) return;
      this.#takenFromSight = view.visible;
      this.#view = undefined;
    });
    view.webview.html = page(view.webview, this.#context.extensionUri);
    this.#visibles.fire(true);
    void this.#sessions.restore();
    void this.#models.refresh();
  }

  async reveal(): Promise<void> {
    await this.#show();
    this.#postOnceReady({ type: "focus" });
  }

  async insert(text: string, chips: readonly Chip[] = []): Promise<void> {
    await this.reveal();
    this.#postOnceReady({ type: "insert", text, chips });
  }

  addSuggestions(source: SuggestionSource): vscode.Disposable {
    const sources = this.#sources.get(source.trigger) ?? [];
    this.#sources.set(source.trigger, [...sources, source]);
    return new vscode.Disposable(() =>
      this.#sources.set(
        source.trigger,
        (this.#sources.get(source.trigger) ?? []).filter((each) => each !== source),
      ),
    );
  }

  onRequest(name: PanelRequest, take: (detail: string) => unknown): vscode.Disposable {
    this.#requests.set(name, take);
    return new vscode.Disposable(() => this.#requests.delete(name));
  }

  dispose(): void {
    this.#outbox.beginAnew();
    for (const each of this.#open) each.dispose();
  }

  #heed(change: vscode.ConfigurationChangeEvent): void {
    if (change.affectsConfiguration("sessiond")) this.#post({ type: "preferences", preferences: readPreferences() });
    const moved = change.affectsConfiguration("sessiond.panel.location");
    // The focus stays where its user changes the settings.
    if (moved && (this.visible || this.#takenFromSight)) void this.#show({ preserveFocus: true });
  }

  #show(options: { readonly preserveFocus?: boolean } = {}): Thenable<unknown> {
    const secondary = vscode.workspace.getConfiguration("sessiond").get("panel.location") === "secondarySideBar";
    return vscode.commands.executeCommand(`${secondary ? views[1] : views[0]}.focus`, options);
  }

  #receive(message: FromWebview): void {
    if (message.type === "keep") return void this.#memory.update(keptKey, message.kept);
    if (message.type !== "ready") return void this.#receiver.take(message);
    this.#ready = true;
    this.#post({
      type: "kept",
      kept: this.#memory.get(keptKey, { draft: "", chips: [], history: [] }),
    });
    this.#post({ type: "preferences", preferences: readPreferences() });
    this.#post({ type: "engine", state: this.#engine.state });
    this.#post({ type: "models", models: this.#models.known });
    this.#post({ type: "place", place: this.#place.now });
    this.#snapshot();
    for (const waiting of this.#waiting.splice(0)) this.#post(waiting);
  }

  #tell(events: Parameters<Outbox["add"]>[0]): void {
    if (this.visible && this.#ready) this.#outbox.add(events);
    else this.#missed = true;
  }

  #snapshot(): void {
    this.#missed = !this.visible;
    const { current } = this.#sessions;
    this.#outbox.beginAnew(current?.transcript);
    this.#post({ type: "snapshot", transcript: current?.transcript ?? null });
  }

  #post(message: ToWebview): void {
    if (this.#ready) void this.#view?.webview.postMessage(message);
  }

  #postOnceReady(message: ToWebview): void {
    if (this.#ready && this.#view) this.#post(message);
    else this.#waiting.push(message);
  }
}
