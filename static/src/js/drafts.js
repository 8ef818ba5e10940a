// Pages with a form whose text must survive: keep it here, send it when we can.

import { isEmpty, isUntouched, outline, read, write } from "./fields.js";
import { markSent, unmarkSent } from "./leaving.js";
import { freshToken } from "./net.js";
import { listDrafts } from "./drafts-list.js";
import { writeOffline } from "./offline.js";
import { OFFLINE, REFUSED, SENT, SIGNED_OUT, replay } from "./replay.js";
import { drafts, outlines, person } from "./store.js";
import { clock, newKey, newId } from "./words.js";

const PAUSE = 400;
const who = document.body.dataset.person;

class Keeper {
  constructor(form, remembered) {
    this.form = form;
    this.status = form.querySelector("[data-draft-status]");
    this.line = this.status?.querySelector("[data-draft-line]");
    this.keyField = form.elements.client_key;
    this.name = `${form.dataset.draft}|${location.pathname}`;
    this.texts = outline(form);
    this.draft = this.fresh();
    this.listen();
    this.ready = remembered.then(() => this.open()).catch(() => {});
  }

  // At once: what is typed or sent while the device's store still opens must not be missed.
  listen() {
    this.form.addEventListener("input", () => this.soon());
    this.form.addEventListener("change", () => this.soon());
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.status?.querySelector("[data-draft-send]")?.addEventListener("click", () => this.send());
    this.status?.querySelector("[data-draft-discard]")?.addEventListener("click", () => this.discard());
    window.addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.retry());
    window.addEventListener("pagehide", () => this.timer && this.save());
  }

  fresh() {
    return {
      id: newId(this.name),
      form: this.name,
      person: who,
      path: location.pathname + location.search,
      title: document.querySelector("h1")?.textContent.trim() || "",
      action: this.form.action,
      key: this.keyField?.value || newKey(),
      texts: this.texts,
      values: {},
      state: "kept",
      revision: 0,
    };
  }

  async open() {
    const returned = cameBack();
    await outlines.put({ ...this.fresh(), id: `${who}|${this.name}`, values: read(this.form) });
    const mine = (await drafts.of(who)).filter((draft) => draft.form === this.name);
    const wanted = decodeURIComponent(location.hash.replace("#draft=", ""));
    const found = returned
      ? mine.find((draft) => !this.keyField || draft.key === this.keyField.value)
      : mine.find((draft) => draft.id === wanted) || mine[0];
    // What was typed meanwhile is newer: the earlier draft stays in the list of drafts.
    if (found && (returned || !this.touched)) await this.resume(found, returned);
  }

  async resume(found, returned) {
    if (found.state !== "kept" && !returned) {
      this.draft = found;
      const outcome = await replay(found);
      if (outcome === SENT) {
        if (this.form.dataset.draftDone) return location.assign(this.form.dataset.draftDone);
        this.draft = this.fresh();
        if (this.keyField) this.keyField.value = this.draft.key = newKey();
        return this.say("sent");
      }
      this.tell(outcome);
    }
    this.draft = { ...found };
    if (this.keyField) this.keyField.value = found.key;
    if (returned) return this.keep("kept");
    write(this.form, found.values);
    // The draft answers the version it was written on: the server shows what changed since.
    const version = this.form.elements.version;
    if (version && found.values.version) [version.value] = found.values.version;
    if (found.state === "kept") this.say("restored", found.saved);
  }

  soon() {
    this.touched = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  async save(state = "kept") {
    clearTimeout(this.timer);
    await this.ready;
    return this.keep(state);
  }

  async keep(state) {
    this.timer = null;
    Object.assign(this.draft, { values: read(this.form), state });
    if (!this.draft.revision && this.isBlank()) return;
    if (await drafts.put(this.draft)) return this.say("saved", this.draft.saved);
    // Another tab has this draft: ours becomes one of its own, so that neither is lost.
    const key = newKey();
    Object.assign(this.draft, { id: newId(this.name), key, revision: 0 });
    if (this.keyField) this.keyField.value = key;
    await drafts.put(this.draft);
    this.say("forked", this.draft.saved);
  }

  // Of most forms only the texts are worth a draft; of some every choice is.
  isBlank() {
    return "draftAll" in this.form.dataset ? isUntouched(this.form) : isEmpty(this.draft);
  }

  async submit(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    this.touched = true;
    if (this.sending) return;
    this.sending = true;
    await this.save("sending").catch(() => {});
    try {
      const fresh = await freshToken();
      if (fresh.person !== who) return this.signedOut();
      this.form.elements.csrfmiddlewaretoken.value = fresh.token;
    } catch {
      return this.wait();
    }
    markSent(this.draft);
    const pressed = event.submitter;
    if (pressed?.name) this.carry(pressed);
    this.form.submit();
  }

  carry(button) {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: button.name, value: button.value });
    this.form.append(hidden);
  }

  async signedOut() {
    this.sending = false;
    await this.save("kept");
    this.tell(SIGNED_OUT);
  }

  async wait() {
    this.sending = false;
    await this.save("queued");
    this.tell(OFFLINE);
  }

  retry() {
    if (this.draft.state === "queued") this.send();
  }

  async send() {
    if (this.timer) await this.save("queued");
    const outcome = await replay(this.draft);
    if (outcome !== SENT) return this.tell(outcome);
    if (this.form.dataset.draftDone) return location.assign(this.form.dataset.draftDone);
    this.form.reset();
    this.draft = this.fresh();
    if (this.keyField) this.keyField.value = this.draft.key = newKey();
    this.say("sent");
  }

  async discard() {
    await drafts.remove(this.draft.id);
    unmarkSent();
    location.assign(location.pathname + location.search);
  }

  tell(outcome) {
    this.say({ [OFFLINE]: "waiting", [SIGNED_OUT]: "signedOut", [REFUSED]: "refused" }[outcome]);
  }

  say(word, at = Date.now()) {
    if (!this.status) return;
    this.status.hidden = false;
    const line = this.status.dataset[word].replace("%s", clock(at));
    if (this.line.textContent !== line) this.line.textContent = line;
    this.show("[data-draft-send]", word === "waiting");
    this.show("[data-draft-sign-in]", word === "signedOut");
    this.show("[data-draft-discard]", word === "restored");
  }

  show(what, shown) {
    const element = this.status.querySelector(what);
    if (element) element.hidden = !shown;
  }
}

// Whether this page is the server's answer to a form that it did not take.
function cameBack() {
  const [visit] = performance.getEntriesByType("navigation");
  return visit?.responseStatus >= 400 || document.querySelector("[data-error-summary], main [role=alert]") !== null;
}

async function start() {
  unmarkSent();
  const remembered = who ? person.remember(who) : null;
  const forms = who ? document.querySelectorAll("form[data-draft]") : [];
  await Promise.all(Array.from(forms, (form) => new Keeper(form, remembered).ready));
  const list = document.querySelector("[data-draft-list]");
  if (list && who) await listDrafts(list, who);
  const offline = document.querySelector("[data-offline-drafts]");
  if (offline) await writeOffline(offline);
}

if (window.indexedDB) start();
if ("serviceWorker" in navigator && document.querySelector("form[data-draft]")) {
  navigator.serviceWorker.register("/worker.js").catch(() => {});
}
