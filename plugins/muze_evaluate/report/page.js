"use strict";
// Everything on the page is there without this: it sorts tables, plays one song at a time, and follows it.

const byValue = (column) => (one, other) => {
  const [a, b] = [one, other].map((row) => row.cells[column]);
  const [x, y] = [a, b].map((cell) => cell.dataset.key ?? "");
  if (a.classList.contains("num")) {
    if (x === "" || y === "") return (x === "") - (y === "");
    return Number(x) - Number(y);
  }
  return a.textContent.localeCompare(b.textContent, "en", { numeric: true });
};

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows].sort(byValue(column));
      const isMissing = (row) => row.cells[column].classList.contains("num") && !row.cells[column].dataset.key;
      const known = rows.filter((row) => !isMissing(row));
      if (down) known.reverse();
      table.tBodies[0].append(...known, ...rows.filter(isMissing));
    });
  });
}

for (const song of document.querySelectorAll("article.song")) {
  const audio = song.querySelector("audio");
  const picture = song.querySelector("figure.spectrogram");
  if (!audio || !picture) continue;
  const head = picture.querySelector(".playhead");
  const plot = picture.querySelector(".plot");
  const seconds = Number(picture.dataset.seconds);
  const follow = () => {
    const place = `${Math.min(100, (100 * audio.currentTime) / seconds)}%`;
    head.setAttribute("x1", place);
    head.setAttribute("x2", place);
    head.classList.toggle("on", audio.currentTime > 0);
    if (!audio.paused) requestAnimationFrame(follow);
  };
  audio.addEventListener("play", () => {
    for (const other of document.querySelectorAll("audio")) if (other !== audio) other.pause();
    follow();
  });
  audio.addEventListener("seeked", follow);
  plot.classList.add("seekable");
  plot.addEventListener("click", (event) => {
    const box = plot.getBoundingClientRect();
    audio.currentTime = (seconds * (event.clientX - box.left)) / box.width;
    audio.play();
  });
}
