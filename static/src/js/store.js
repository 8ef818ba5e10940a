// Drafts on this device: one small database, cleared on signing out.

const NAME = "cpdhub";
const KEPT_DAYS = 14;

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("drafts", { keyPath: "id" });
    request.result.createObjectStore("outlines", { keyPath: "id" });
    request.result.createObjectStore("facts");
  };
  return asked(request);
}

async function use(store, mode, work) {
  const database = await open();
  try {
    return await work(database.transaction(store, mode).objectStore(store));
  } finally {
    database.close();
  }
}

export const person = {
  remember: (id) => use("facts", "readwrite", (facts) => asked(facts.put(id, "person"))),
  known: () => use("facts", "readonly", (facts) => asked(facts.get("person"))),
};

export const own = {
  put: (key, value) => use("facts", "readwrite", (facts) => asked(facts.put(value, key))),
  get: (key) => use("facts", "readonly", (facts) => asked(facts.get(key))),
};

export const outlines = {
  put: (outline) => use("outlines", "readwrite", (store) => asked(store.put(outline))),
  of: async (who) => (await use("outlines", "readonly", (s) => asked(s.getAll()))).filter((o) => o.person === who),
};

export const drafts = {
  get: (id) => use("drafts", "readonly", (store) => asked(store.get(id))),
  remove: (id) => use("drafts", "readwrite", (store) => asked(store.delete(id))),

  // Newest first; what nobody came back for in a fortnight goes.
  async of(who) {
    const oldest = Date.now() - KEPT_DAYS * 86400e3;
    const all = await use("drafts", "readonly", (store) => asked(store.getAll()));
    await Promise.all(all.filter((d) => d.saved < oldest).map((d) => drafts.remove(d.id)));
    return all.filter((d) => d.person === who && d.saved >= oldest).sort((a, b) => b.saved - a.saved);
  },

  // False when another tab wrote this draft since we read it: then nothing is written.
  async put(draft) {
    if (document.documentElement.dataset.leaving) return true;
    return use("drafts", "readwrite", async (store) => {
      const stored = await asked(store.get(draft.id));
      if (stored && stored.revision !== draft.revision) return false;
      draft.revision += 1;
      draft.saved = Date.now();
      await asked(store.put(draft));
      return true;
    });
  },
};

// The page may still want to write what was typed last: from now on it must not.
export function purge() {
  document.documentElement.dataset.leaving = "yes";
  return asked(indexedDB.deleteDatabase(NAME));
}
