"use strict";
// Says that the screen was left, shows the time that is left, and guards against a second click. Nothing else.
const { events, left, key } = document.body.dataset;
let staying = false;
document.addEventListener("submit", (event) => {
  staying = true;
  setTimeout(() => event.target.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
});
addEventListener("pagehide", () => { if (left && !staying) navigator.sendBeacon(left); });
if (events) {
  const stream = new EventSource(events);
  stream.onmessage = (event) => {
    if (staying) return;
    const told = JSON.parse(event.data);
    const clock = document.getElementById("left");
    if (clock) { clock.textContent = told.left; clock.dataset.live = "yes"; }
    if (told.key !== key) { staying = true; stream.close(); location.reload(); }
  };
}
