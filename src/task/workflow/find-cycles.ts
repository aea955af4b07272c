/** A cycle, and the edge that closes it. */
export interface FoundCycle<Edge> {
  /** The names on it, the first one again at the end. */
  cycle: string[];
  /** The name that the closing edge begins at. */
  from: string;
  edge: Edge;
}

/** Finds cycles. It searches in depth, without recursion: a chain may have thousands of steps. */
export function findCycles<Edge extends { name: string }>(
  names: Iterable<string>,
  edges: ReadonlyMap<string, readonly Edge[]>,
): FoundCycle<Edge>[] {
  const found: FoundCycle<Edge>[] = [];
  const done = new Set<string>();
  for (const name of names) {
    if (done.has(name)) continue;
    const path: { name: string; next: number }[] = [{ name, next: 0 }];
    const onPath = new Set([name]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = edges.get(top.name)?.[top.next];
      top.next += 1;
      if (edge === undefined) {
        path.pop();
        onPath.delete(top.name);
        done.add(top.name);
      } else if (onPath.has(edge.name)) {
        const cycle = path.slice(path.findIndex((one) => one.name === edge.name)).map((one) => one.name);
        found.push({ cycle: [...cycle, edge.name], from: top.name, edge });
      } else if (!done.has(edge.name)) {
        path.push({ name: edge.name, next: 0 });
        onPath.add(edge.name);
      }
    }
  }
  return found;
}
