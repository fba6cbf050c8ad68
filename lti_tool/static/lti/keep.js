"use strict";
// Keeps the proof that the launch will ask for in a place that this browser has for it, and goes on to the platform.
(async (login) => {
  // The cookie itself is closed to scripts; one like it tells whether this browser keeps such cookies here.
  const keepsCookies = () => {
    const like = "__Host-kept=1; Path=/; Secure; SameSite=None; Partitioned";
    try {
      document.cookie = like;
      const kept = document.cookie.includes("__Host-kept=1");
      document.cookie = `${like}; Max-Age=0`;
      return kept;
    } catch {
      return false;
    }
  };

  const keepsInStorage = () => {
    try {
      for (const name of Object.keys(localStorage)) {
        const old = name.startsWith("__Host-login-") && parseInt(localStorage.getItem(name), 10) < Date.now() - 600_000;
        if (old) localStorage.removeItem(name);
      }
      localStorage.setItem(login.name, `${Date.now()} ${login.secret}`);
      return true;
    } catch {
      return false;
    }
  };

  const keepsAtPlatform = async () => {
    // A frame without an origin of its own could not prove where its launch comes from.
    if (window.origin === "null") return false;
    const { put } = await import("./platform_storage.js");
    return put(login, login.name, login.secret);
  };

  if (keepsCookies() || keepsInStorage() || (await keepsAtPlatform())) window.location.replace(login.onward);
  else (await import("./window.js")).show();
})(document.currentScript.dataset);
