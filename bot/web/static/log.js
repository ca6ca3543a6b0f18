// Draws one talk: keeps the nodes that are there, adds what is new, in the order of time.

const ZONE = "Asia/Ho_Chi_Minh";
const HOUR = new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, day: "2-digit", month: "2-digit", year: "numeric" });
const LINK = /https?:\/\/[^\s<>"'\u201c\u201d]+[^\s<>"'\u201c\u201d.,;:!?)\]]/g;
const ONE_DAY = 24 * 3600 * 1000;
const TOGETHER = 3 * 60 * 1000;

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

export class Log {
  constructor(root, words, { press, again }) {
    this.root = root;
    this.words = words;
    this.press = press;
    this.again = again;
    this.nodes = new Map();
  }

  /** Show these entries, sorted by time. `fresh` draws another talk, which is not read out as news. */
  draw(entries, { fresh = false, answering = null } = {}) {
    if (fresh) {
      this.root.setAttribute("aria-live", "off");
      this.root.replaceChildren();
      this.nodes.clear();
    }
    const wasAtEnd = this.isAtEnd();
    const used = new Set();
    let at = this.root.firstChild;
    let newest = null;
    const place = (key, make, update) => {
      used.add(key);
      let node = this.nodes.get(key);
      if (!node) {
        node = make();
        this.nodes.set(key, node);
        newest = node;
      }
      update?.(node);
      if (node === at) at = at.nextSibling;
      else this.root.insertBefore(node, at);
    };
    entries.forEach((entry, index) => {
      const day = DAY.format(entry.at);
      if (!index || day !== DAY.format(entries[index - 1].at)) {
        place(`day:${day}`, () => element("p", "day", this.dayName(day)));
      }
      const next = entries[index + 1];
      const isLast = !next || next.own !== entry.own || next.notice || next.at - entry.at > TOGETHER;
      const make = () => (entry.own ? this.own(entry) : this.theirs(entry));
      place(entry.key, make, (node) => this.update(node, entry, isLast));
    });
    if (answering) {
      place("answering", () => this.answering(), (node) => {
        const note = node.lastChild;
        if (note.textContent !== answering.text) note.textContent = answering.text;
        note.className = answering.isSlow ? "" : "unseen";
      });
    }
    for (const [key, node] of this.nodes) {
      if (used.has(key)) continue;
      node.remove();
      this.nodes.delete(key);
    }
    if (fresh || wasAtEnd || (newest && newest.classList.contains("own"))) this.toEnd(fresh ? null : newest);
    if (fresh) setTimeout(() => this.root.setAttribute("aria-live", "polite"), 300);
  }

  isAtEnd() {
    return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < 120;
  }

  /** Go to the end; an answer taller than the window is shown from its beginning. */
  toEnd(newest) {
    this.root.scrollTop = this.root.scrollHeight;
    if (newest && newest.offsetHeight > this.root.clientHeight) this.root.scrollTop = newest.offsetTop - 12;
  }

  dayName(day) {
    if (day === DAY.format(Date.now())) return this.words["web.script.today"];
    if (day === DAY.format(Date.now() - ONE_DAY)) return this.words["web.script.yesterday"];
    return day;
  }

  own(entry) {
    const node = element("div", entry.action ? "message own pressed" : "message own");
    node.append(element("span", "unseen", `${this.words["web.script.you"]}: `));
    if (entry.names?.length) node.append(this.sent(entry));
    if (entry.text) node.append(element("div", "bubble", entry.text));
    node.append(element("div", "meta"));
    return node;
  }

  /** The mark that files went with a message: previews while the page has them, names afterwards. */
  sent(entry) {
    const list = element("div", "files sent");
    list.append(element("span", "unseen", `${this.words["web.script.attached"]}: `));
    entry.names.forEach((name, at) => {
      const preview = entry.previews?.[at];
      const node = element(preview ? "img" : "span", preview ? "" : "name", preview ? undefined : name);
      if (preview) Object.assign(node, { src: preview, alt: name });
      list.append(node);
    });
    return list;
  }

  theirs(entry) {
    const node = element("div", entry.notice ? "message notice" : "message");
    if (entry.notice) node.append(element("span", "tag", this.words["web.script.notice"]));
    else node.append(element("span", "unseen", `${this.words["web.script.assistant"]}: `));
    const bubble = element("div", "bubble");
    linked(bubble, entry.text);
    node.append(bubble);
    if (entry.files.length) node.append(this.files(entry));
    if (entry.buttons.length) node.append(this.buttons(entry));
    node.append(element("div", "meta"));
    return node;
  }

  buttons(entry) {
    const row = element("div", "buttons");
    for (const button of entry.buttons) {
      const node = element("button", "", button.label);
      node.type = "button";
      node.addEventListener("click", () => {
        node.setAttribute("aria-pressed", "true");
        this.press(button);
      });
      row.append(node);
    }
    return row;
  }

  files(entry) {
    const list = element("div", "files");
    for (const file of entry.files) {
      const link = element("a");
      link.href = file.url;
      if (file.picture) {
        const picture = element("img");
        picture.src = file.url;
        picture.alt = file.name;
        link.append(picture);
      } else {
        link.textContent = `${this.words["web.script.file"]}: ${file.name}`;
        link.setAttribute("download", file.name);
      }
      list.append(link);
    }
    return list;
  }

  answering() {
    const node = element("div", "answering");
    const dots = element("span", "dots");
    dots.setAttribute("aria-hidden", "true");
    dots.append(element("i"), element("i"), element("i"));
    node.append(dots, element("span", "unseen"));
    return node;
  }

  update(node, entry, isLast) {
    const meta = node.lastChild;
    if (!entry.own) {
      meta.textContent = isLast ? HOUR.format(entry.at) : "";
      return;
    }
    node.classList.toggle("waiting", entry.state === "waiting");
    node.classList.toggle("failed", entry.state === "failed");
    if (entry.state === "waiting") meta.textContent = this.words["web.script.sending"];
    else if (entry.state === "sent") meta.textContent = isLast ? HOUR.format(entry.at) : "";
    else {
      meta.textContent = entry.reason || this.words["web.script.failed"];
      if (entry.final) return;
      const again = element("button", "", this.words["web.script.send_again"]);
      again.type = "button";
      again.addEventListener("click", () => this.again(entry));
      meta.append(" ", again);
    }
  }
}

function linked(bubble, text) {
  let done = 0;
  for (const match of text.matchAll(LINK)) {
    bubble.append(text.slice(done, match.index));
    const link = element("a", "", match[0]);
    link.href = match[0];
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    bubble.append(link);
    done = match.index + match[0].length;
  }
  bubble.append(text.slice(done));
}
