/** Loads pages one after the other, the latest wanted first. */
export interface PageLoader {
  /** Replaces the pages that are wanted and not begun. */
  want(pages: readonly number[]): void;
  /** Loads a page now. */
  load(page: number): Promise<void>;
  /** Whether a page is loaded, or on its way. */
  hasBegun(page: number): boolean;
  hasLoaded(page: number): boolean;
}

/** How many pages are loaded at once: more would keep other requests of the page waiting. */
const AT_ONCE = 2;

/** Creates what loads each page once. A page that fails is loaded when it is wanted again. */
export function createPageLoader(loadPage: (page: number) => Promise<void>): PageLoader {
  const begun = new Set<number>();
  const loaded = new Set<number>();
  let wanted: number[] = [];
  let running = 0;

  async function load(page: number): Promise<void> {
    begun.add(page);
    try {
      await loadPage(page);
      loaded.add(page);
    } catch {
      begun.delete(page);
    }
  }

  function work(): void {
    while (running < AT_ONCE) {
      const page = wanted.shift();
      if (page === undefined) return;
      running += 1;
      void load(page).then(() => {
        running -= 1;
        work();
      });
    }
  }

  return {
    load,
    hasBegun: (page) => begun.has(page),
    hasLoaded: (page) => loaded.has(page),
    want(pages) {
      wanted = [...pages];
      work();
    },
  };
}
