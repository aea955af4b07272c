import EventEmitter from "node:events";

/** What packages expect of a request's socket. The connection is the host's, and nothing about it can be changed. */
export class RequestSocket extends EventEmitter {
  readonly connecting = false;
  readonly encrypted: boolean;
  readonly authorized: boolean;
  readonly writable = true;
  readonly readable = true;
  destroyed = false;

  constructor(encrypted: boolean) {
    super();
    this.encrypted = encrypted;
    this.authorized = encrypted;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  destroy(): this {
    this.destroyed = true;
    return this;
  }
}
