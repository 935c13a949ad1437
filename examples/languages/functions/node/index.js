// Turns a title into the part of an address that names a page.

import slugify from "slugify";

export const handler = async ({ title }) => ({ slug: slugify(title, { lower: true, strict: true }) });
