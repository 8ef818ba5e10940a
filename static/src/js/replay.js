// Sending a draft that waits. Its key makes a second arrival harmless.

import { freshToken, post } from "./net.js";
import { drafts } from "./store.js";

export const SENT = "sent";
export const OFFLINE = "offline";
export const SIGNED_OUT = "signed-out";
export const REFUSED = "refused";

let busy = false;

export async function replay(draft) {
  if (busy) return OFFLINE;
  busy = true;
  try {
    const { token, person } = await freshToken();
    if (person !== draft.person) return SIGNED_OUT;
    const response = await post(draft.action, body(draft, token), token);
    if (response.ok && response.redirected && !response.url.includes("/accounts/")) {
      await drafts.remove(draft.id);
      return SENT;
    }
    return response.status >= 500 ? OFFLINE : REFUSED;
  } catch {
    return OFFLINE;
  } finally {
    busy = false;
  }
}

function body(draft, token) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", token);
  data.set("client_key", draft.key);
  for (const [name, values] of Object.entries(draft.values)) {
    for (const value of values) data.append(name, value);
  }
  return data;
}
