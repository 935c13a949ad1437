"use strict";
(() => {
  const root = document.querySelector("#map > .root");
  const trail = document.querySelector("#trail");
  const tell = document.querySelector("#tell");
  const boxOf = (element) => element.closest(".folder, .file");
  const outer = (box) => box.parentElement.closest(".folder");
  const visible = (folder) => [...folder.querySelector(":scope > .in").children];
  let opened = root;

  const say = (box) => { tell.textContent = box.dataset.tell; };

  const focusOn = (box) => {
    root.parentElement.querySelectorAll('[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
    box.tabIndex = 0;
    box.focus({ preventScroll: true });
    say(box);
  };

  const open = (folder) => {
    root.querySelectorAll(".open").forEach((other) => other.classList.remove("open"));
    const path = [];
    for (let box = folder; box; box = outer(box)) path.unshift(box);
    path.slice(1).forEach((box) => box.classList.add("open"));
    trail.replaceChildren(...path.map((box) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = box.dataset.name;
      if (box === folder) button.setAttribute("aria-current", "location");
      button.addEventListener("click", () => open(box));
      return button;
    }));
    opened = folder;
    say(folder);
  };

  root.addEventListener("click", (event) => {
    let box = boxOf(event.target);
    if (box.classList.contains("file")) box = outer(box);
    // One folder deeper than the one that is open, on the way to what was clicked.
    while (box !== opened && outer(box) && outer(box) !== opened) box = outer(box);
    if (box !== opened && opened.contains(box)) open(box);
    focusOn(box);
  });
  root.addEventListener("mouseover", (event) => say(boxOf(event.target)));
  root.addEventListener("focusin", (event) => say(boxOf(event.target)));

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && opened !== root) {
      const closed = opened;
      open(outer(opened));
      focusOn(closed);
      return;
    }
    const box = document.activeElement && document.activeElement.closest("#map .folder, #map .file");
    if (!box) return;
    const inside = box.classList.contains("folder") ? visible(box) : [];
    const beside = box === root || box === opened ? [box] : visible(outer(box));
    const at = beside.indexOf(box);
    const next = {
      ArrowRight: beside[Math.min(at + 1, beside.length - 1)],
      ArrowLeft: beside[Math.max(at - 1, 0)],
      ArrowDown: inside[0],
      ArrowUp: box === opened ? box : outer(box),
      Home: beside[0],
      End: beside[beside.length - 1],
    }[event.key];
    if (next) {
      event.preventDefault();
      focusOn(next);
    } else if ((event.key === "Enter" || event.key === " ") && inside.length > 0 && box !== opened) {
      event.preventDefault();
      open(box);
      focusOn(inside[0]);
    }
  });

  open(root);
})();
