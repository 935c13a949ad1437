async function* pages() {
  let token = process.env.START_TOKEN;
  while (token) {
    const reply = await fetch(`${process.env.PAGES_URL}?token=${token}`);
    const { items, next } = await reply.json();
    yield* items;
    token = next;
  }
}

const lazy = {
  get url() {
    return process.env.LAZY_URL;
  },
  async load() {
    return (await fetch(process.env.LOAD_URL)).json();
  },
};

export const handler = async () => {
  const all = [];
  for await (const item of pages()) {
    all.push(item);
  }
  return { all, url: lazy.url, extra: await lazy.load() };
};
