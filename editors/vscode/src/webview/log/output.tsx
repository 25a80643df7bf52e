/** What a tool has put out, from its end: there it says how it went. The whole of a long one is for an editor. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { tell } from "../host.ts";

const shownOutput = 6_000;
/** Pixels from the end within which a reader is still at the end. */
const near = 20;

interface Shown {
  readonly text: string;
  readonly failed: boolean;
  readonly partId: string;
  /** Whether its card is unfolded: what has no boxes cannot be scrolled. */
  readonly open: boolean;
}

export function Output({ text, failed, partId, open }: Shown): JSX.Element {
  const output = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    if (open && follows.current && output.current) output.current.scrollTop = output.current.scrollHeight;
  }, [text, open]);
  const cut = text.length > shownOutput;
  return (
    <>
      <pre
        ref={output}
        class={failed ? "output failed" : "output"}
        tabIndex={0}
        role="group"
        aria-label={failed ? "Error" : "Output"}
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
          if (open) follows.current = scrollHeight - clientHeight - scrollTop < near;
        }}
      >
        {cut ? `…${text.slice(-shownOutput)}` : text}
      </pre>
      {cut && (
        <button type="button" class="link" onClick={() => tell({ type: "open", target: { kind: "output", partId } })}>
          Open all of it in an editor
        </button>
      )}
    </>
  );
}
