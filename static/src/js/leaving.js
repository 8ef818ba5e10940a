// What becomes of drafts when a page is left: sent ones go, signing out clears all.

import { forgetChoices } from "./remember.js";
import { drafts, purge } from "./store.js";

const SENT = "sent-draft";
const PATIENCE = 3000;

export function forgetOnSignOut() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-sign-out]") || !window.indexedDB || form.dataset.cleared) return;
    event.preventDefault();
    forgetChoices();
    await Promise.race([purge().catch(() => {}), new Promise((done) => setTimeout(done, PATIENCE))]);
    form.dataset.cleared = "yes";
    form.requestSubmit();
  });
}

export function markSent(draft) {
  sessionStorage.setItem(SENT, JSON.stringify({ id: draft.id, path: location.pathname }));
}

export function unmarkSent() {
  sessionStorage.removeItem(SENT);
}

// The page after a form is proof that it was taken, if it came from there and shows no errors.
// Without proof the draft stays, and is sent again under the same key.
export function settleSent() {
  const sent = JSON.parse(sessionStorage.getItem(SENT) || "null");
  if (!sent || location.pathname === sent.path) return;
  unmarkSent();
  const from = document.referrer && new URL(document.referrer);
  const came = from && from.origin === location.origin && from.pathname === sent.path;
  if (came && !document.querySelector("[data-error-summary]")) drafts.remove(sent.id);
}
