// Where a text waits until the server has it. In some frames browsers refuse all storage: then it waits in memory,
// which still survives a lost connection, though not a closed page.
const memory = new Map();

function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

export const shelf = {
  get: (key) => storage()?.getItem(key) ?? memory.get(key) ?? null,
  put(key, text) {
    memory.set(key, text);
    try {
      storage()?.setItem(key, text);
    } catch {
      // No room left: memory has it.
    }
  },
  clear(key) {
    memory.delete(key);
    storage()?.removeItem(key);
  },
};
