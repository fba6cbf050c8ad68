// Inside a platform's frame: asks it to make room, and offers a window of one's own.
const PAUSE = 100; // between two messages, in milliseconds
const framed = window.parent !== window;
if (framed) {
  document.documentElement.classList.add("framed");
  let told = { height: 0, frame: [0, 0] };
  let waiting = false;

  // A page that grows by just what the frame grew does so because of us: to tell that would never end.
  const echo = (height) => {
    const [width, tall] = told.frame;
    const grown = window.innerHeight - tall;
    return width === window.innerWidth && grown !== 0 && Math.abs(height - told.height - grown) < 4;
  };

  const tell = () => {
    waiting = false;
    // The content's own height: the root element is never shorter than the frame and would only ever grow.
    const height = Math.ceil(document.body.scrollHeight) + 16;
    if (Math.abs(height - told.height) < 4 || echo(height)) return;
    told = { height, frame: [window.innerWidth, window.innerHeight] };
    // Platforms listen to one of two forms. A height is no secret, and the platform's origin is not known here.
    window.parent.postMessage(JSON.stringify({ subject: "lti.frameResize", height }), "*");
    window.parent.postMessage({ subject: "lti.frameResize", height }, "*");
  };

  const soon = () => {
    if (!waiting) setTimeout(tell, PAUSE);
    waiting = true;
  };

  tell();
  new ResizeObserver(soon).observe(document.body);
  for (const link of document.querySelectorAll("[data-open-window]")) link.hidden = false;
}
