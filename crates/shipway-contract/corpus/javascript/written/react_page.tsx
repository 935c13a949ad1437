import React from "react";
import { renderToString } from "react-dom/server";
import { Page } from "./Page";

type Props<T> = { items: T[]; title?: string };

function List<T extends { id: string }>({ items, title = process.env.LIST_TITLE }: Props<T>) {
  return (
    <section data-stage={process.env.STAGE_LABEL}>
      <h1>{title} on process.env.NOT_READ</h1>
      {process.env.SHOW_COUNT && <p>{items.length}</p>}
      {process.env.THEME === "dark" ? <hr className="dark" /> : null}
      <a href={`${process.env.ASSET_HOST}/style.css`}>style</a>
    </section>
  );
}

export const handler = async (event: { items: { id: string }[] }) =>
  renderToString(
    <Page host={process.env.PAGE_HOST ?? "localhost"}>
      <List items={event.items} />
    </Page>,
  );
