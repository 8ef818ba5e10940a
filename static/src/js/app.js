import "htmx.org";
import { focusErrors } from "./errors.js";
import { announceSwaps } from "./live.js";
import { closeMenus } from "./menus.js";
import { sendOnce } from "./once.js";
import { countCharacters } from "./counter.js";
import { offerCopies } from "./copy.js";
import { offerPrinting } from "./printing.js";
import { rememberChoices } from "./remember.js";
import { warnBeforeTheEnd } from "./session.js";
import { forgetOnSignOut, settleSent } from "./leaving.js";

function start(root) {
  focusErrors(root);
  countCharacters(root);
  offerCopies(root);
  offerPrinting(root);
}

start(document);
announceSwaps();
closeMenus();
sendOnce();
warnBeforeTheEnd();
rememberChoices();
forgetOnSignOut();
settleSent();
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) start(event.detail.elt);
});
