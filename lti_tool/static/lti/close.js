// Tells the platform that the connection is made, so that it closes the frame or window (Dynamic Registration 1.0, 3.7).
const platform = window.opener ?? window.parent;
const button = document.querySelector("[data-close]");
if (button && platform !== window) {
  button.hidden = false;
  button.addEventListener("click", () => platform.postMessage({ subject: "org.imsglobal.lti.close" }, button.dataset.close));
}
