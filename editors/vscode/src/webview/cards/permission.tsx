/** A question about one tool call: what it would do, why it asks, and the answers with what each of them saves. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { OfferedRule, PermissionRequest } from "sessiond-protocol";
import type { Answer } from "../../contract.ts";
import { tell } from "../host.ts";
import { Icon } from "../icons/icon.tsx";
import { DiffLines } from "../log/diff_lines.tsx";
import { subjectsOf } from "./command.ts";
import { useReason } from "./reasons.ts";

const shownPatterns = 20;

type Reply = (answer: Answer, feedback?: string) => void;

interface Card {
  readonly request: PermissionRequest;
  readonly ofTask: boolean;
  /** How many questions wait behind it. */
  readonly more: number;
}

export function PermissionCard({ request, ofTask, more }: Card): JSX.Element {
  const [reason, write] = useReason(request.id);
  const [refusing, setRefusing] = useState(reason !== "");
  const reply: Reply = (answer, feedback) =>
    tell({ type: "permission", requestId: request.id, answer, ...(feedback && { feedback }) });
  return (
    <section class="card permission" aria-label="Permission" tabIndex={-1} data-testid="permission" data-keeps-focus>
      <h2>
        <Icon name="shield" /> <span>{request.permission === "bash" ? "Run this command?" : request.title}</span>
      </h2>
      {ofTask && <p class="faint">Asked by a task of this session.</p>}
      <Subject request={request} />
      {request.reason && (
        <p class="faint reason">
          <WithCode text={request.reason} />
        </p>
      )}
      {refusing ? (
        <Refusal
          reason={reason}
          write={write}
          reply={reply}
          onBack={() => {
            write("");
            setRefusing(false);
          }}
        />
      ) : (
        <Choices rules={request.always ?? []} reply={reply} onRefuse={() => setRefusing(true)} />
      )}
      {more > 0 && <p class="faint">{more === 1 ? "One more question waits." : `${more} more questions wait.`}</p>}
    </section>
  );
}

function Choices({
  rules,
  reply,
  onRefuse,
}: {
  rules: readonly OfferedRule[];
  reply: Reply;
  onRefuse: () => void;
}): JSX.Element {
  const always = rules.length > 0;
  return (
    <div class="choices">
      {always && (
        <p class="faint rule" id="always-rule">
          Always, in this project:{" "}
          {rules.map(({ permission, pattern }) => (
            <span key={permission + pattern}>
              <span>{permission}</span> <code>{pattern}</code>{" "}
            </span>
          ))}
        </p>
      )}
      <div class="buttons">
        <button type="button" data-testid="allow-once" onClick={() => reply("allowOnce")}>
          Allow once
        </button>
        {always && (
          <Choice testid="allow-always" label="Allow always" rule="always-rule" onClick={() => reply("allowAlways")} />
        )}
        <Choice testid="reject" label="Reject" onClick={() => reply("rejectOnce")} />
        <Choice testid="reject-reason" label="Reject with a reason…" home onClick={onRefuse} />
      </div>
    </div>
  );
}

function Choice(props: {
  testid: string;
  label: string;
  rule?: string;
  home?: boolean;
  onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="secondary"
      data-testid={props.testid}
      data-home={props.home}
      aria-describedby={props.rule}
      onClick={props.onClick}
    >
      {props.label}
    </button>
  );
}

interface Refused {
  readonly reason: string;
  readonly write: (reason: string) => void;
  readonly reply: Reply;
  readonly onBack: () => void;
}

function Refusal({ reason, write, reply, onBack }: Refused): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // One that stands here again takes the focus from nobody.
    if (!reason) field.current?.focus();
  }, []);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        reply("rejectOnce", reason.trim());
      }}
    >
      <label for="reason">Why not, or what to do instead</label>
      <input
        id="reason"
        ref={field}
        value={reason}
        onInput={({ currentTarget }) => write(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          // It stops no turn here.
          event.preventDefault();
          onBack();
        }}
      />
      <div class="buttons">
        <button type="submit">Reject</button>
        <button type="button" class="secondary" onClick={onBack}>
          Back
        </button>
      </div>
    </form>
  );
}

function Subject({ request }: Pick<Card, "request">): JSX.Element {
  if (request.diff) {
    return (
      <>
        <DiffLines diff={request.diff} limit={16} />
        <button
          type="button"
          class="link"
          onClick={() => tell({ type: "open", target: { kind: "proposed", requestId: request.id } })}
        >
          Open in the diff editor
        </button>
      </>
    );
  }
  const about = subjectsOf(request);
  if (about.length === 0) return <></>;
  const left = about.length - shownPatterns;
  return (
    <pre class="command" tabIndex={0} role="group" aria-label="What it is about">
      {about.slice(0, shownPatterns).join("\n")}
      {left > 0 && `\n… and ${left} more`}
    </pre>
  );
}

/** What stands between backticks is code. */
function WithCode({ text }: { text: string }): JSX.Element {
  return <>{text.split("`").map((piece, index) => (index % 2 ? <code key={index}>{piece}</code> : piece))}</>;
}
