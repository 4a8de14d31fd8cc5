// Small comforts on every page; all of the site can be read without them.
const root = document.documentElement;

const theme = document.querySelector("[data-jd-tema]");
if (theme) {
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const dark = root.dataset.tema ? root.dataset.tema === "gelap" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.tema = dark ? "terang" : "gelap";
    try {
      localStorage.setItem("jdih-tema", root.dataset.tema);
    } catch {
      // Not remembered, still shown.
    }
  });
}

const menu = document.querySelector("[data-jd-menu]");
const setMenu = (open) => {
  menu.setAttribute("aria-expanded", String(open));
  document.getElementById("menu").classList.toggle("jd-terbuka", open);
};
menu?.addEventListener("click", () => setMenu(menu.getAttribute("aria-expanded") !== "true"));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu?.getAttribute("aria-expanded") === "true") {
    setMenu(false);
    menu.focus();
  }
});

for (const button of document.querySelectorAll("[data-jd-salin]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = button.parentElement.querySelector("[data-jd-kutipan]");
    const said = button.textContent;
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      button.textContent = "Tersalin";
    } catch {
      getSelection().selectAllChildren(source);
      button.textContent = "Tekan Ctrl+C";
    }
    setTimeout(() => (button.textContent = said), 2000);
  });
}

for (const button of document.querySelectorAll("[data-jd-cetak]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

if (document.querySelector("[data-jd-pencarian]")) await import("./cari.js");
