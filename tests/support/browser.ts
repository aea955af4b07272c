import { test } from "bun:test";

/** Path of the browser; undefined without one. */
export const CHROMIUM = ["chromium", "chromium-browser", "google-chrome"]
  .map((name) => Bun.which(name))
  .find((path) => path !== null);
if (CHROMIUM == null) console.warn("there is no Chromium here: the pages are not looked at in a browser");
/** Defines a test that needs a browser. */
export const inBrowser = test.skipIf(CHROMIUM == null);

/** Playwright's own list that this one replaces, and the address bar's pages: each new page would load them, for seconds. */
const DISABLED_FEATURES = [
  "AimEnabled",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "PreloadTopChromeWebUI",
  "SpareRendererForSitePerProcess",
  "ThirdPartyStoragePartitioning",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxFullPopup",
  "WebUIOmniboxPopup",
];
/**
 * Arguments with which a browser starts fast, and takes little processor time: with those about processes and threads, a page
 * takes three quarters of it.
 */
export const BROWSER_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--in-process-gpu",
  // Pages of one browser may share a process.
  "--renderer-process-limit=1",
  `--disable-features=${DISABLED_FEATURES}`,
  // Nothing runs for long enough to be worth optimizing.
  "--js-flags=--no-opt,--no-maglev,--no-enable-lazy-source-positions",
];
