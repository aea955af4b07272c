declare const self: Worker;

self.onmessage = (event) => self.postMessage(event.data);
