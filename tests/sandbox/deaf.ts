/** A Worker that takes every message and never answers. */
self.onmessage = () => {};
