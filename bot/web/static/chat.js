// The chat page. Every word on it comes from the server: page.words, and the people one may play.

import { Attached } from "./attached.js";
import { Kept } from "./kept.js";
import { Log, element } from "./log.js";
import { Lost, Poll, Refused, post, upload } from "./wire.js";

const page = JSON.parse(document.body.dataset.page);
const words = page.words;
const part = (id) => document.getElementById(id);
const kept = new Kept(page.visitor);
const SLOW_AFTER = 15000;
const GIVE_UP_AFTER = 90000;
const title = document.title;

/** Server time minus this device's time, so that both sides of a talk stand on one clock. */
let skew = Date.parse(page.now) - Date.now();
let isLoaded = false;

const talks = new Map(page.people.map((person) => [person.id, new Map()]));
const seen = kept.read("seen", {});
let playing = page.people.find((person) => person.id === kept.read("playing", "")) ?? page.people[0];

const log = new Log(part("log"), words, {
  press: (button) => say({ text: button.label, action: button.action }),
  again: (entry) => deliver(entry),
});

// The talk

function entriesOf(persona) {
  return [...talks.get(persona).values()].sort((a, b) => a.at - b.at || Number(b.own) - Number(a.own));
}

function draw(fresh = false) {
  const entries = entriesOf(playing.id);
  const opening = { key: "opening", own: false, text: playing.open, buttons: [], files: [], at: entries[0]?.at ?? now() };
  log.draw([opening, ...entries], { fresh, answering: answering(entries) });
  part("first").hidden = entries.some((entry) => entry.own);
  if (!document.hidden) markSeen();
  drawUnread();
}

let slowTimer;
function answering(entries) {
  clearTimeout(slowTimer);
  const last = entries[entries.length - 1];
  if (!last?.own || last.state !== "sent" || !last.sentNow) return null;
  const waited = now() - last.at;
  if (waited > GIVE_UP_AFTER) return null;
  const isSlow = waited >= SLOW_AFTER;
  slowTimer = setTimeout(() => draw(), (isSlow ? GIVE_UP_AFTER : SLOW_AFTER) - waited + 50);
  return { isSlow, text: words[isSlow ? "web.script.slow" : "web.script.answering"] };
}

function now() {
  return Date.now() + skew;
}

function say({ text, action = "", files = [], previews = [] }) {
  const entries = entriesOf(playing.id);
  const last = entries[entries.length - 1]?.at ?? 0;
  const id = newId();
  const entry = { key: `own:${id}`, id, own: true, persona: playing.id, text, action, at: Math.max(now(), last + 1) };
  // The files themselves live as long as the page; what is kept of them is that they were sent, and their names.
  Object.assign(entry, { files, previews, names: files.map((file) => file.name) });
  talks.get(playing.id).set(entry.key, entry);
  deliver(entry);
}

/** Send, or send again: the id stays the same, so that the server takes a repeated message once. */
async function deliver(entry) {
  const text = entry.action ? "" : entry.text;
  const label = entry.action ? entry.text : "";
  Object.assign(entry, { state: "waiting", reason: "", final: false });
  keep(entry.persona);
  draw();
  try {
    const fields = { id: entry.id, text, action: entry.action, label };
    if (entry.files?.length) {
      await upload("/chat/messages", entry.persona ? { ...fields, persona: entry.persona } : fields, entry.files);
    } else {
      await post("/chat/messages", { ...fields, persona: entry.persona || null });
    }
    Object.assign(entry, { state: "sent", sentNow: true });
  } catch (error) {
    entry.state = "failed";
    if (error instanceof Refused) {
      entry.reason = error.sentence;
      entry.final = ![429, 503, 408].includes(error.status);
    } else if (!(error instanceof Lost)) throw error;
  }
  keep(entry.persona);
  draw();
}

function keep(persona) {
  const own = entriesOf(persona).filter((entry) => entry.own);
  const shape = ({ id, text, action, at, state, final, names }) => ({ id, text, action, at, state, final, names });
  kept.keepOwn(persona, own.map(shape));
}

function recall() {
  for (const [persona, talk] of talks) {
    for (const said of kept.own(persona)) {
      const key = `own:${said.id}`;
      // A page closed while sending does not know whether it arrived; sending again is safe.
      const state = said.state === "sent" ? "sent" : "failed";
      // Files are gone with the page that held them: such a message cannot be sent again from here.
      const final = said.final || (state === "failed" && Boolean(said.names?.length));
      if (!talk.has(key)) talk.set(key, { ...said, key, own: true, persona, state, final });
    }
  }
}

function receive(messages, serverNow) {
  if (serverNow) skew = serverNow - Date.now();
  for (const message of messages) {
    const talk = talks.get(message.persona);
    talk?.set(`theirs:${message.id}`, { ...message, key: `theirs:${message.id}`, own: false, at: Date.parse(message.at) });
  }
  const first = !isLoaded;
  isLoaded = true;
  if (messages.length || first) draw(first);
  document.body.dataset.loaded = "yes";
}

function newId() {
  // Not randomUUID: it is missing on a page served without TLS inside the office's own network.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What was not read yet

function unreadOf(persona) {
  return [...talks.get(persona).values()].filter((entry) => !entry.own && entry.id > (seen[persona] ?? 0)).length;
}

function markSeen() {
  const ids = [...talks.get(playing.id).values()].filter((entry) => !entry.own).map((entry) => entry.id);
  const newest = Math.max(0, ...ids);
  if (newest === (seen[playing.id] ?? 0)) return;
  seen[playing.id] = newest;
  kept.write("seen", seen);
}

function drawUnread() {
  let total = 0;
  for (const person of page.people) {
    const count = unreadOf(person.id);
    total += count;
    const badge = document.querySelector(`[data-unread="${CSS.escape(person.id)}"]`);
    if (!badge) continue;
    badge.hidden = !count;
    badge.firstChild.textContent = count > 99 ? "99+" : String(count);
  }
  document.title = total ? `(${total}) ${title}` : title;
}

// Whom to play

function drawPeople() {
  for (const [index, person] of page.people.entries()) {
    const choice = element("label", "choice");
    const input = element("input");
    Object.assign(input, { type: "radio", name: "person", value: person.id, checked: person === playing });
    input.addEventListener("change", () => play(person));
    const face = element("span", "face", initial(person.name || person.role));
    face.dataset.tone = String(index % 5);
    face.setAttribute("aria-hidden", "true");
    const who = element("span");
    who.append(element("b", "", person.role), element("small", "", [person.name, person.unit].filter(Boolean).join(" · ")));
    const badge = element("span", "unread", "0");
    badge.dataset.unread = person.id;
    badge.append(element("span", "unseen", ` ${words["web.script.unread"]}`));
    choice.append(input, face, who, badge);
    part("choices").append(choice);
  }
}

function initial(name) {
  return [...(name.trim().split(/\s+/).pop() ?? "")][0]?.toLocaleUpperCase("vi") ?? "";
}

function play(person) {
  playing = person;
  kept.write("playing", person.id);
  part("said").textContent = "";
  show();
  if (matchMedia("(pointer: fine)").matches && !document.activeElement?.matches("[type=radio]")) part("text").focus();
}

function show() {
  part("try").textContent = playing.try;
  part("remind").hidden = !playing.staff;
  part("first").replaceChildren(
    ...playing.first.map((text) => {
      const chip = element("button", "", text);
      chip.type = "button";
      chip.addEventListener("click", () => say({ text }));
      return chip;
    }),
  );
  draw(true);
}

// Writing

function fit() {
  const box = part("text");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 168)}px`;
  part("send").disabled = !box.value.trim() && !attached.files.length;
}

const attached = new Attached(part("attached"), words, fit);

part("attach").addEventListener("click", () => part("files").click());
part("files").addEventListener("change", () => {
  const tooMany = attached.add(part("files").files);
  part("files").value = "";
  part("said").textContent = tooMany ? words["web.script.too_many_files"] : "";
  part("text").focus();
});
part("text").addEventListener("paste", (event) => {
  const files = event.clipboardData?.files;
  if (!files?.length) return;
  event.preventDefault();
  attached.add(files);
});

part("text").addEventListener("input", fit);
part("text").addEventListener("keydown", (event) => {
  // isComposing: Enter that ends a syllable being typed with an input method is not meant for us.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  part("compose").requestSubmit();
});
part("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = part("text").value.trim();
  const { files, previews } = attached.take();
  if (!text && !files.length) return;
  part("text").value = "";
  fit();
  say({ text, files, previews });
});

// The connection

const poll = new Poll({
  received: receive,
  lost(error) {
    const refused = error instanceof Refused;
    // Without a cookie only a new page helps.
    const reload = refused && error.status === 403;
    part("lost-text").textContent = refused ? error.sentence : words["web.script.lost"];
    part("retry").textContent = reload ? words["web.script.reload"] : words["web.script.retry_now"];
    part("retry").onclick = () => (reload ? location.reload() : poll.poke());
    part("retry").hidden = false;
    part("lost").classList.remove("good");
    part("lost").hidden = false;
  },
  back() {
    part("lost-text").textContent = words["web.script.back"];
    part("retry").hidden = true;
    part("lost").classList.add("good");
    setTimeout(() => {
      if (part("lost").classList.contains("good")) part("lost").hidden = true;
    }, 2500);
    for (const talk of talks.values()) {
      for (const entry of talk.values()) if (entry.own && entry.state === "failed" && !entry.final) deliver(entry);
    }
  },
});

addEventListener("online", () => poll.failures && poll.poke());
addEventListener("storage", () => {
  recall();
  draw();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  if (poll.failures) poll.poke();
  draw();
});

part("remind").addEventListener("click", async () => {
  const said = part("said");
  try {
    said.textContent = (await post("/chat/reminders", { persona: playing.id })).said;
  } catch (error) {
    said.textContent = error instanceof Refused ? error.sentence : words["web.script.lost"];
  }
  setTimeout(() => (said.textContent = ""), 6000);
});

for (const button of document.querySelectorAll("[data-new]")) {
  button.addEventListener("click", () => part("ask-new").showModal());
}
part("ask-new").addEventListener("close", async () => {
  if (part("ask-new").returnValue !== "yes") return;
  try {
    await post("/chat/new", {});
  } catch {
    part("said").textContent = words["web.script.lost"];
    return;
  }
  kept.forget();
  location.reload();
});

recall();
drawPeople();
show();
fit();
if (matchMedia("(pointer: fine)").matches) part("text").focus();
poll.run();
