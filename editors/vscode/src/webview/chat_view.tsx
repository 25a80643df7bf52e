/** The page from top to bottom: the conversation, what waits for its user, the prompt box. */
import type { JSX } from "preact";
import type { Transcript } from "../session/transcript.ts";
import { Empty } from "./cards/empty.tsx";
import { EngineCard } from "./cards/engine_card.tsx";
import { PermissionCard } from "./cards/permission.tsx";
import { QuestionCard } from "./cards/question.tsx";
import { Queue } from "./cards/queue.tsx";
import { Todos } from "./cards/todos.tsx";
import { tell } from "./host.ts";
import { Icon } from "./icons/icon.tsx";
import { Log } from "./log/log.tsx";
import { PromptBox } from "./prompt/prompt_box.tsx";
import { chat } from "./state.ts";

/** Keys, since a `div` that comes would else become of another one, and the prompt box begin anew without what is written. */
export function ChatView(): JSX.Element | null {
  const { transcript, engine, known, place } = chat;
  if (!known) return null;
  const begun = transcript && (transcript.messages.length > 0 || transcript.session?.turnId);
  const busy = Boolean(transcript?.session?.turnId);
  const lost = engine.kind === "missing" || engine.kind === "failed";
  return (
    <main class="chat" data-testid="chat" data-engine={engine.kind} data-busy={busy}>
      <div id="announcements" class="visually-hidden" role="status" aria-live="polite" />
      {begun ? (
        <Log key={`log ${transcript.session?.id ?? ""}`} transcript={transcript} />
      ) : (
        <div key="empty" class="log-frame">
          {lost ? <h1 class="visually-hidden">Chat</h1> : <Empty />}
        </div>
      )}
      <div key="foot" class="foot">
        <div class="standing">
          <EngineCard state={engine} />
          {!place.trusted && <Untrusted />}
          {transcript && <Standing transcript={transcript} busy={busy} />}
        </div>
        <PromptBox busy={busy} />
      </div>
    </main>
  );
}

function Untrusted(): JSX.Element {
  return (
    <p class="notice" data-testid="untrusted">
      <Icon name="shield" />
      <span>
        Not trusted: settings of this workspace for the engine have no effect.{" "}
        <button type="button" class="link" onClick={() => tell({ type: "run", command: "workbench.trust.manage" })}>
          Trust…
        </button>
      </span>
    </p>
  );
}

/** What stands until its user or the turn has dealt with it. */
function Standing({ transcript, busy }: { transcript: Transcript; busy: boolean }): JSX.Element {
  return (
    <>
      <Asked transcript={transcript} />
      {transcript.reverted && <Reverted hidden={transcript.hidden.length} busy={busy} />}
      <Todos todos={transcript.todos} running={busy} />
      <Queue queue={transcript.queue} held={transcript.held} />
    </>
  );
}

/** One after another: the oldest question first. */
function Asked({ transcript }: { transcript: Transcript }): JSX.Element | null {
  const [permission] = transcript.permissions;
  const [question] = transcript.questions;
  if (permission)
    return (
      <PermissionCard
        key={permission.id}
        request={permission}
        ofTask={permission.sessionId !== transcript.session?.id}
        more={transcript.permissions.length - 1}
      />
    );
  return question ? <QuestionCard key={question.id} request={question} /> : null;
}

function Reverted({ hidden, busy }: { hidden: number; busy: boolean }): JSX.Element {
  return (
    <p class="notice" data-testid="reverted">
      <span>
        {hidden > 0
          ? `${hidden === 1 ? "One message is" : `${hidden} messages are`} taken back`
          : "Changes are taken back"}{" "}
        until the next prompt.
      </span>
      <button
        type="button"
        class="secondary"
        disabled={busy}
        onClick={() => tell({ type: "run", command: "sessiond.unrevert" })}
      >
        Bring back
      </button>
    </p>
  );
}
