// What is about to be sent with the next message: photos with a preview, other files by name.

import { element } from "./log.js";

const MOST = 5;

export class Attached {
  constructor(root, words, changed) {
    this.root = root;
    this.words = words;
    this.changed = changed;
    this.files = [];
    this.previews = [];
  }

  /** Add files as far as there is room; true when some were left out. */
  add(files) {
    const room = MOST - this.files.length;
    for (const file of [...files].slice(0, room)) {
      const at = this.files.push(file) - 1;
      this.previews[at] = "";
      if (/^image\/(jpeg|png|webp|gif)$/.test(file.type)) this.preview(file);
    }
    this.draw();
    return files.length > room;
  }

  preview(file) {
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const at = this.files.indexOf(file);
      if (at < 0) return;
      this.previews[at] = reader.result;
      this.draw();
    });
    reader.readAsDataURL(file);
  }

  /** The files with their previews; nothing is attached any more. */
  take() {
    const taken = { files: this.files, previews: this.previews };
    this.files = [];
    this.previews = [];
    this.draw();
    return taken;
  }

  draw() {
    this.root.hidden = !this.files.length;
    this.root.replaceChildren(...this.files.map((file, at) => this.one(file, at)));
    this.changed();
  }

  one(file, at) {
    const node = element("span", "piece");
    node.append(shown(file.name, this.previews[at]));
    const drop = element("button", "", "\u00d7");
    drop.type = "button";
    drop.setAttribute("aria-label", `${this.words["web.script.detach"]}: ${file.name}`);
    drop.addEventListener("click", () => {
      this.files.splice(at, 1);
      this.previews.splice(at, 1);
      this.draw();
    });
    node.append(drop);
    return node;
  }
}

/** A photo by its preview, anything else by its name. */
function shown(name, preview) {
  if (!preview) return element("span", "name", name);
  const picture = element("img");
  picture.src = preview;
  picture.alt = name;
  return picture;
}
