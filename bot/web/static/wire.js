// Talks to the server: posts, and one long poll after another.

const HEADERS = { "content-type": "application/json", "x-kehoach-chat": "1" };
const POST_SECONDS = 20;
const UPLOAD_SECONDS = 180;
const WAIT_SECONDS = 25;

/** The server could not be reached, or answered nothing that can be read. */
export class Lost extends Error {}

/** The server answered that it will not; `sentence` is for the visitor. */
export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
    this.sentence = sentence;
  }
}

async function call(path, options, seconds, control = new AbortController()) {
  const timer = setTimeout(() => control.abort(), seconds * 1000);
  let response;
  let body;
  try {
    response = await fetch(path, { ...options, credentials: "same-origin", signal: control.signal });
    body = await response.json();
  } catch {
    throw new Lost(path);
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) {
    if (typeof body.error !== "string") throw new Lost(path);
    throw new Refused(response.status, body.error);
  }
  return body;
}

export function post(path, body) {
  return call(path, { method: "POST", headers: HEADERS, body: JSON.stringify(body) }, POST_SECONDS);
}

/** Post a message with photos or files; the browser itself says where one part of the form ends. */
export function upload(path, fields, files) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of files) form.append("files", file, file.name);
  return call(path, { method: "POST", headers: { "x-kehoach-chat": "1" }, body: form }, UPLOAD_SECONDS);
}

/** Polls for ever. `poke` is for when the connection was lost: it ends the pause and asks again at once. */
export class Poll {
  constructor({ received, lost, back }) {
    this.received = received;
    this.lost = lost;
    this.back = back;
    this.after = "";
    this.failures = 0;
    this.control = null;
    this.wake = null;
  }

  poke() {
    this.control?.abort();
    this.wake?.();
  }

  async run() {
    let wait = 0;
    for (;;) {
      const began = Date.now();
      const asked = wait;
      this.control = new AbortController();
      try {
        const query = `after=${encodeURIComponent(this.after)}&wait=${asked}`;
        const found = await call(`/chat/messages?${query}`, {}, asked + 10, this.control);
        this.after = found.next;
        if (this.failures) this.back();
        this.failures = 0;
        wait = WAIT_SECONDS;
        this.received(found.messages, Date.parse(found.now));
        // A server that is full answers at once: do not ask it in a tight loop.
        if (asked && !found.messages.length && Date.now() - began < 1000) await this.rest(2);
      } catch (error) {
        if (!(error instanceof Lost || error instanceof Refused)) throw error;
        this.failures += 1;
        wait = 0;
        this.lost(error);
        await this.rest(Math.min(15, 2 ** (this.failures - 1)));
      }
    }
  }

  rest(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
