import { LRUCache } from "lru-cache";

export default async function () {
  const dropped: string[] = [];
  const cache = new LRUCache<string, number>({
    max: 2,
    dispose: (_value, key) => dropped.push(key),
    fetchMethod: async (key) => key.length,
  });
  cache.set("a", 1);
  cache.set("b", 2);
  cache.get("a");
  cache.set("c", 3);
  return { keys: [...cache.keys()], dropped: [...dropped], fetched: await cache.fetch("long"), size: cache.size };
}
