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
  /** The path of each arrow, for SVG. */
  arrows: readonly { id: string; path: string }[];
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
  return {
    width,
    height,
    boxes: boxes.map((box) => {
      const { x, y } = graph.node(box.id);
      return { ...box, x: x - box.width / 2, y: y - box.height / 2 };
    }),
    arrows: arrows.map(([from, to]) => ({ id: `${from} ${to}`, path: pathThrough(graph.edge(from, to).points) })),
  };
}

interface Point {
  x: number;
  y: number;
}

/** A curve that leaves and arrives horizontally. */
function pathThrough(points: readonly Point[]): string {
  const [first, last] = [points[0], points[points.length - 1]];
  if (first === undefined || last === undefined) return "";
  const middle = (first.x + last.x) / 2;
  return `M${first.x},${first.y} C${middle},${first.y} ${middle},${last.y} ${last.x},${last.y}`;
}
