import { Graph, layout } from "@dagrejs/dagre";

/** A box of a graph. */
export interface Box {
  id: string;
  width: number;
  height: number;
}

/** Where a box is: its upper left corner. */
export interface PlacedBox extends Box {
  x: number;
  y: number;
}

/** A graph with a place for everything. All numbers are pixels. */
export interface PlacedGraph {
  width: number;
  height: number;
  boxes: readonly PlacedBox[];
  /** The path of each arrow and that of its head, for SVG. */
  arrows: readonly { id: string; path: string; head: string }[];
}

/** Lays boxes out from left to right, along their arrows. @param gap room for arrows between boxes, pixels */
export function layoutGraph(
  boxes: readonly Box[],
  arrows: readonly (readonly [from: string, to: string])[],
  gap = 70,
): PlacedGraph {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 12, ranksep: gap, marginx: 2, marginy: 2 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const [from, to] of arrows) graph.setEdge(from, to);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const placed = boxes.map((box) => {
    const { x, y } = graph.node(box.id);
    return { ...box, x: x - box.width / 2, y: y - box.height / 2 };
  });
  const places = new Map(placed.map((box) => [box.id, box]));
  return {
    width,
    height,
    boxes: placed,
    arrows: arrows.map(([from, to]) => {
      const points = routeOf(places.get(from), places.get(to), graph.edge(from, to).points);
      return { id: `${from} ${to}`, path: pathThrough(points), head: headAt(points) };
    }),
  };
}

/** Points of an arrow to the next column: its ends, and one halfway. */
const SHORT = 3;

/** Where an arrow goes: from the middle of one side to that of another, around what lies between. */
function routeOf(from: PlacedBox | undefined, to: PlacedBox | undefined, points: readonly Point[]): readonly Point[] {
  // One of a cycle goes back.
  if (from === undefined || to === undefined || from.x + from.width > to.x) return points;
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x, y: to.y + to.height / 2 };
  return [start, ...(points.length <= SHORT ? [] : points.slice(1, -1)), end];
}

interface Point {
  x: number;
  y: number;
}

/** A curve that is horizontal at each of its points. */
function pathThrough([first, ...rest]: readonly Point[]): string {
  if (first === undefined) return "";
  let before = first;
  const curves = rest.map((next) => {
    const middle = (before.x + next.x) / 2;
    const curve = ` C${middle},${before.y} ${middle},${next.y} ${next.x},${next.y}`;
    before = next;
    return curve;
  });
  return `M${first.x},${first.y}${curves.join("")}`;
}

/** How long the head of an arrow is, and half of how wide. Pixels. */
const HEAD = { length: 6, half: 3.5 };

/** The head of an arrow, which points in the direction in which it arrives. */
function headAt(points: readonly Point[]): string {
  const [before, end] = [points.at(-2), points.at(-1)];
  if (before === undefined || end === undefined) return "";
  const back = end.x - Math.sign(end.x - before.x || 1) * HEAD.length;
  return `M${back},${end.y - HEAD.half} L${end.x},${end.y} L${back},${end.y + HEAD.half}`;
}
