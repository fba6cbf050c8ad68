"use strict";
// What a tool in a frame may ask of the page around it: another height, and to be closed.
const frame = document.querySelector("iframe.tool");
const origins = frame.dataset.origins.split(" ");

window.addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || !origins.includes(event.origin)) return;
  const said = typeof event.data === "object" && event.data !== null ? event.data : {};
  if (said.subject === "lti.frameResize" && "resizes" in frame.dataset && Number.isFinite(Number(said.height))) {
    frame.style.height = `${Math.min(Math.max(Number(said.height), 200), 20000)}px`;
  } else if (said.subject === "org.imsglobal.lti.close") {
    window.location.assign(frame.dataset.close);
  }
});
