// The search page: Pagefind finds, we show. Text from documents only ever enters the page as text.
const form = document.querySelector("[data-jd-pencarian]");
const list = document.querySelector("[data-jd-hasil]");
const state = document.querySelector("[data-jd-keadaan]");
const more = document.querySelector("[data-jd-lagi]");
const base = new URL(form.dataset.jdDasar, location.href);
// In every page. A query without words would otherwise fetch the whole index (Pagefind 1.5).
const EVERYTHING = form.dataset.jdPenanda;
const PAGE = 10;
const FACETS = ["bagian", "jenis", "tahun", "kantor", "status"];

const pagefind = await import(new URL("pagefind/pagefind.js", base));
await pagefind.options({ excerptLength: 28, ranking: { metaWeights: { title: 6 } } });

const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
};

const appendExcerpt = (target, markup) => {
  const parsed = new DOMParser().parseFromString(markup, "text/html");
  for (const node of parsed.body.childNodes) {
    const text = node.textContent.replaceAll(EVERYTHING, "");
    target.append(node.nodeName === "MARK" ? element("mark", "", text) : text);
  }
};

const row = (data, browsing) => {
  const item = element("li", "jd-temuan");
  const tags = element("p", "jd-temuan__label");
  for (const name of ["jenis", "status", "kantor", "tahun"]) {
    if (data.meta[name]) tags.append(element("span", name === "jenis" ? "jd-lencana" : "", data.meta[name]));
  }
  const title = element("h2", "jd-temuan__judul");
  const link = element("a", "", data.meta.title);
  // Pagefind's own address starts at the root of the site it was given: make it ours.
  link.href = new URL(data.raw_url.replace(/^\//, ""), base);
  title.append(link);
  const words = element("p", "jd-temuan__kutipan");
  if (browsing && data.meta.ringkasan) words.textContent = data.meta.ringkasan;
  else appendExcerpt(words, data.excerpt);
  item.append(tags, title, words);
  return item;
};

let turn = 0;
let rest = [];
const showMore = async (browsing, current) => {
  const batch = await Promise.all(rest.splice(0, PAGE).map((result) => result.data()));
  if (current !== turn) return;
  list.append(...batch.map((data) => row(data, browsing)));
  more.hidden = rest.length === 0;
};

const chosen = () => {
  const filters = {};
  for (const name of FACETS) {
    const value = form.elements[name]?.value;
    if (value) filters[name] = value;
  }
  return filters;
};

const search = async () => {
  const current = ++turn;
  const words = form.elements.q.value.trim();
  const filters = chosen();
  const browsing = !words;
  const address = new URL(location.href);
  address.search = new URLSearchParams([...(words ? [["q", words]] : []), ...Object.entries(filters)]);
  history.replaceState(null, "", address);
  if (browsing && !Object.keys(filters).length) {
    list.replaceChildren();
    more.hidden = true;
    state.textContent = "Tulis kata, nomor, atau pilih saringan.";
    return;
  }
  state.textContent = "Mencari…";
  const found = await pagefind.search(words || EVERYTHING, { filters });
  if (current !== turn) return;
  rest = found.results;
  list.replaceChildren();
  const count = rest.length;
  state.textContent = count ? `${count} dokumen ditemukan` : "Tidak ada yang cocok. Coba kata dasar yang lain atau kurangi saringan.";
  await showMore(browsing, current);
};

const fillFacets = async (wanted) => {
  const values = await pagefind.filters();
  for (const name of FACETS) {
    const select = form.elements[name];
    const names = Object.keys(values[name] ?? {}).sort((a, b) => (name === "tahun" ? b.localeCompare(a) : a.localeCompare(b, "id")));
    for (const value of names) select.append(new Option(`${value} (${values[name][value]})`, value));
    select.value = wanted.get(name) ?? "";
  }
};

const wanted = new URLSearchParams(location.search);
form.elements.q.value = wanted.get("q") ?? "";
await fillFacets(wanted);
let timer = 0;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, 200);
});
more.addEventListener("click", () => showMore(!form.elements.q.value.trim(), turn));
await search();
form.dataset.jdSiap = "ya";
