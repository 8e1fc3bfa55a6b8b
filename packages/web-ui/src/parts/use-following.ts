// Keeps a growing text at its end until the reader scrolls up, and again when she comes back down.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { TailView } from '../data/tail.js';

/** Pixels from the end that still count as the end. */
const NEAR_END = 24;

/** Stays at the end while following; a reader who scrolls up is left where she is. */
export function useFollowing(view: TailView | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const [seenLines, setSeenLines] = useState(0);
  const lines = (view?.lineCount ?? 0) + (view?.droppedLines ?? 0);
  const lastTop = useRef(0);
  /** How far from the end the reader is while the text is read anew from further back. */
  const held = useRef<{ fromEnd: number; start: number }>(null);

  const toEnd = () => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(() => {
    const element = box.current;
    if (element && held.current && view && view.start < held.current.start) {
      element.scrollTop = element.scrollHeight - held.current.fromEnd;
      held.current = null;
    }
    if (!isFollowing) return;
    toEnd();
    setSeenLines(lines);
  }, [view, isFollowing]);

  return {
    box,
    isFollowing,
    unseen: Math.max(0, lines - seenLines),
    follow: () => {
      setFollowing(true);
      toEnd();
    },
    pause: () => setFollowing(false),
    hold: () => {
      setFollowing(false);
      const element = box.current;
      if (element && view) held.current = { fromEnd: element.scrollHeight - element.scrollTop, start: view.start };
    },
    onScroll: () => {
      const element = box.current;
      if (!element) return;
      const { scrollTop, scrollHeight, clientHeight } = element;
      const isUpward = scrollTop < lastTop.current;
      const isAtEnd = scrollHeight - clientHeight - scrollTop < NEAR_END;
      lastTop.current = scrollTop;
      if (isAtEnd) setFollowing(true);
      else if (isUpward) setFollowing(false);
    },
  };
}
