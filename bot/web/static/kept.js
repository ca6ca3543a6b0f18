// What this browser keeps of the visitor's side of the talk; the server hands out only what the office sent.

const PREFIX = "kehoach:";
const MOST = 200;

/** Reads and writes one visitor's own messages; without storage (a private window) they last as long as the page. */
export class Kept {
  constructor(visitor) {
    this.prefix = `${PREFIX}${visitor}:`;
    this.dropOthers();
  }

  dropOthers() {
    attempt(() => {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(PREFIX) && !key.startsWith(this.prefix)) localStorage.removeItem(key);
      }
    });
  }

  read(name, otherwise) {
    return attempt(() => JSON.parse(localStorage.getItem(this.prefix + name))) ?? otherwise;
  }

  write(name, value) {
    attempt(() => localStorage.setItem(this.prefix + name, JSON.stringify(value)));
  }

  own(persona) {
    return this.read(`own:${persona}`, []);
  }

  keepOwn(persona, messages) {
    this.write(`own:${persona}`, messages.slice(-MOST));
  }

  forget() {
    attempt(() => {
      for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
    });
  }
}

function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
