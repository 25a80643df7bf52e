/** A reader at the end of the conversation stays there while it grows; one who has scrolled up is left alone. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Pixels from the end within which a reader is still at the end, and from the beginning where it is near. */
const near = 40;

export interface Following {
  readonly log: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** Whether the reader is somewhere else. */
  readonly away: boolean;
  onScroll(): void;
  toEnd(): void;
}

export function useFollowing(onBeginning: () => void): Following {
  const log = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const lastTop = useRef(0);
  const [away, setAway] = useState(false);
  const toEnd = (): void => log.current?.scrollTo({ top: log.current.scrollHeight });
  useLayoutEffect(toEnd, []);
  useEffect(() => {
    // Told of between layout and painting, so that nothing is seen to jump.
    const observer = new ResizeObserver(() => follows.current && toEnd());
    for (const element of [log.current, content.current]) if (element) observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return {
    log,
    content,
    away,
    toEnd,
    onScroll: () => {
      const element = log.current;
      if (!element) return;
      const { scrollTop, clientHeight, scrollHeight } = element;
      const atEnd = scrollHeight - clientHeight - scrollTop < near;
      // The end may have moved since; only a move upwards is the reader's.
      if (atEnd || scrollTop < lastTop.current) follows.current = atEnd;
      lastTop.current = scrollTop;
      setAway(!follows.current);
      if (scrollTop >= near || atEnd) return;
      // At 0 the browser would not keep the place when something is put before it.
      if (scrollTop === 0) element.scrollTop = 1;
      onBeginning();
    },
  };
}
