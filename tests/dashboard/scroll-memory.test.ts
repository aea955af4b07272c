import { expect, test } from "bun:test";
import { restoreScroll, type ScrolledWindow } from "../../src/dashboard/routing/scroll-memory.ts";

/** A window whose page grows when the test says so, and whose frames the test draws. */
function playedWindow(scrollY: number) {
  const frames: (() => void)[] = [];
  const root = { scrollHeight: 800 };
  const events = new EventTarget();
  const played: ScrolledWindow = {
    history: { state: { scrollY }, replaceState: () => {} },
    document: { documentElement: root },
    innerHeight: 800,
    scrollY: 0,
    scrollTo: (_x: number, y: number) => {
      played.scrollY = y;
    },
    requestAnimationFrame: (frame: () => void) => frames.push(frame),
    addEventListener: (type, listener, options) => events.addEventListener(type, listener, options),
  };
  return {
    window: played,
    root,
    move: () => events.dispatchEvent(new Event("wheel")),
    draw(count: number) {
      for (let frame = 0; frame < count; frame++) for (const run of frames.splice(0)) run();
    },
    at: () => played.scrollY,
    isOver: () => frames.length === 0,
  };
}

test("a page that is loaded slowly is scrolled when it is there", () => {
  const { window, root, draw, at, isOver } = playedWindow(1_000);
  restoreScroll(window);
  draw(500);
  expect(at()).toBe(0);
  root.scrollHeight = 5_000;
  draw(1);
  expect(at()).toBe(1_000);
  draw(200);
  expect(isOver()).toBe(true);
});

test("the page before does not count, although it is high", () => {
  const { window, root, draw, at } = playedWindow(1_000);
  root.scrollHeight = 5_000;
  restoreScroll(window);
  draw(60);
  root.scrollHeight = 800;
  window.scrollTo(0, 0);
  draw(60);
  root.scrollHeight = 5_000;
  draw(1);
  expect(at()).toBe(1_000);
});

test("a reader who moves is left where they are", () => {
  const { window, root, draw, at, move, isOver } = playedWindow(1_000);
  restoreScroll(window);
  draw(10);
  move();
  root.scrollHeight = 5_000;
  draw(10);
  expect([at(), isOver()]).toEqual([0, true]);
});
