import type { ComponentType } from "preact";
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { loadChunk } from "../api/load-chunk.ts";
import { type Problem, problemOf } from "../api/problem.ts";
import { useApp } from "../app-context.ts";
import { ErrorBox } from "../components/error-box.tsx";
import { Page } from "../components/page.tsx";
import type { PageProps, PageRoute } from "../pages.ts";
import { matchPath, type PathParams } from "../routing/match-path.ts";
import { FaultBoundary } from "./fault-boundary.tsx";

type PageComponent = ComponentType<PageProps>;

/** A page that is loaded. */
interface LoadedPage {
  route: PageRoute;
  component: PageComponent;
}

/** Shows the page of the current path. The one before stays until the next is loaded. */
export function Outlet({ pages }: { pages: readonly PageRoute[] }) {
  const path = useApp().router.path.value;
  const match = useMemo(() => matchRoute(pages, path), [pages, path]);
  const [loaded, setLoaded] = useState<LoadedPage | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const route = match?.route;
  useLayoutEffect(() => {
    if (route === undefined) return;
    setProblem(undefined);
    return loadChunk(
      () => route.load(),
      ({ default: component }) => {
        setProblem(undefined);
        setLoaded({ route, component });
      },
      (error) => setProblem(problemOf(error)),
    );
  }, [route]);
  if (match === undefined) return <NotFound path={path} />;
  if (problem !== undefined) {
    return (
      <Page title="This page can't be loaded">
        <ErrorBox problem={problem} />
      </Page>
    );
  }
  if (loaded === undefined || loaded.route !== match.route) return null;
  const Component = loaded.component;
  return (
    <FaultBoundary key={path}>
      <Component params={match.params} />
    </FaultBoundary>
  );
}

function matchRoute(pages: readonly PageRoute[], path: string): { route: PageRoute; params: PathParams } | undefined {
  for (const route of pages) {
    const params = matchPath(route.path, path);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function NotFound({ path }: { path: string }) {
  return (
    <Page title="Not found">
      <p>There is no page at {path}.</p>
    </Page>
  );
}
