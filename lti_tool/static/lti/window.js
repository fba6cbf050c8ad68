// A page that cannot go on by itself: it is shown, makes room in the platform's frame, and its button works once.
export function show() {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
  else {
    document.querySelector("[data-passing]")?.remove();
    const stuck = document.querySelector("[data-stuck]");
    if (stuck) stuck.hidden = false;
    import("../js/lti.js");
    useOnce(document.querySelector("form[data-window]"));
  }
}

function useOnce(form) {
  const say = (what) => {
    form.hidden = true;
    const text = document.querySelector(what);
    text.hidden = false;
    text.focus();
  };
  // After the browser has taken the form: a button that is gone too early would send nothing.
  form?.addEventListener("submit", () => setTimeout(() => say("[data-opened]"), 0));
  const seconds = Number(document.querySelector("[data-seconds]")?.dataset.seconds);
  if (seconds) setTimeout(() => form.hidden || say("[data-late]"), (seconds - 5) * 1000);
}

if (document.querySelector("[data-seconds]")) show();
