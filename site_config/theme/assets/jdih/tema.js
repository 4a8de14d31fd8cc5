// Before the first paint: the reader's own choice of light or dark, if there is one.
(() => {
  const root = document.documentElement;
  root.classList.replace("no-js", "js");
  try {
    const theme = localStorage.getItem("jdih-tema");
    if (theme === "terang" || theme === "gelap") root.dataset.tema = theme;
  } catch {
    // Storage is closed to us: the system's own preference holds.
  }
})();
