/** A question about one tool call: what it would do, why it asks, and the answers with what each of them saves. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PermissionRequest } from "sessiond-protocol";
import type { Answer } from "../../contract.ts";
import { tell } from "../host.ts";
import { Icon } from "../icon.tsx";
import { DiffLines } from "../log/diff_lines.tsx";

const shownPatterns = 20;

export function PermissionCard({ request, ofTask, more }: { request: PermissionRequest; ofTask: boolean; more: number }): JSX.Element {
  const [rejecting, setRejecting] = useState(false);
  const [reason, setReason] = useState("");
  const reply = (answer: Answer, feedback?: string): void => tell({ type: "permission", requestId: request.id, answer, ...(feedback && { feedback }) });
  const always = request.always ?? [];
  return (
    <section class="card permission" aria-label="Permission" data-testid="permission">
      <h2><Icon name="shield" /> <span>{request.permission === "bash" ? "Run this command?" : request.title}</span></h2>
      {ofTask && <p class="faint">Asked by a task of this session.</p>}
      <Subject request={request} />
      {request.reason && <p class="faint"><WithCode text={request.reason} /></p>}
      {rejecting ? (
        <form class="reason" onSubmit={(event) => { event.preventDefault(); reply("rejectOnce", reason.trim()); }}>
          <label for="reason">Why not, or what to do instead</label>
          <input id="reason" value={reason} onInput={({ currentTarget }) => setReason(currentTarget.value)} onKeyDown={({ key }) => key === "Escape" && setRejecting(false)} ref={(element) => element?.focus()} />
          <div class="buttons">
            <button type="submit" data-testid="reject-reason-send">Reject</button>
            <button type="button" class="secondary" onClick={() => setRejecting(false)}>Back</button>
          </div>
        </form>
      ) : (
        <div class="buttons">
          <button type="button" data-testid="allow-once" onClick={() => reply("allowOnce")}>Allow once</button>
          {always.length > 0 && <button type="button" class="secondary" data-testid="allow-always" aria-describedby="always-rule" onClick={() => reply("allowAlways")}>Allow always</button>}
          <button type="button" class="secondary" data-testid="reject" onClick={() => reply("rejectOnce")}>Reject</button>
          <button type="button" class="secondary" data-testid="reject-reason" onClick={() => setRejecting(true)}>Reject with a reason…</button>
        </div>
      )}
      {always.length > 0 && !rejecting && (
        <p class="faint rule" id="always-rule">
          Always, in this project: {always.map(({ permission, pattern }) => <span key={permission + pattern}><span>{permission}</span> <code>{pattern}</code> </span>)}
        </p>
      )}
      {more > 0 && <p class="faint">{more === 1 ? "One more question waits." : `${more} more questions wait.`}</p>}
    </section>
  );
}

function Subject({ request }: { request: PermissionRequest }): JSX.Element {
  if (request.diff) {
    return (
      <>
        <DiffLines diff={request.diff} limit={16} />
        <button type="button" class="link" onClick={() => tell({ type: "open", target: { kind: "proposed", requestId: request.id } })}>Open in the diff editor</button>
      </>
    );
  }
  const about = request.permission === "bash" ? [request.title] : request.patterns.filter((pattern) => !request.title.includes(pattern));
  if (about.length === 0) return <></>;
  const left = about.length - shownPatterns;
  return (
    <pre class="command" tabIndex={0} role="region" aria-label="What it is about">
      {about.slice(0, shownPatterns).join("\n")}
      {left > 0 && `\n… and ${left} more`}
    </pre>
  );
}

/** What stands between backticks is code. */
function WithCode({ text }: { text: string }): JSX.Element {
  return <>{text.split("`").map((piece, index) => (index % 2 ? <code key={index}>{piece}</code> : piece))}</>;
}
