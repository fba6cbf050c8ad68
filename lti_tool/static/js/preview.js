// The preview of a course: loads itself anew when a file has changed.
const seen = Number(document.body.dataset.version);

async function look() {
  try {
    const answer = await fetch("/state", { cache: "no-store" });
    if ((await answer.json()).version !== seen) {
      location.reload();
      return;
    }
  } catch {
    // The preview was stopped; it may come back.
  }
  setTimeout(look, 1000);
}

setTimeout(look, 1000);
