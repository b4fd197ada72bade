/** What details answered, or the apology in its place. */
export type BookDetails = Readonly<Record<string, string | number>>;

/** What reviews answered, or the apology in its place. */
export interface BookReviews {
  readonly error?: string;
  readonly podname?: string;
  readonly clustername?: string;
  readonly reviews?: readonly {
    readonly reviewer: string;
    readonly text: string;
    readonly rating?: { readonly stars?: number; readonly color?: string; readonly error?: string };
  }[];
}

export interface Page {
  readonly product: { readonly title: string; readonly descriptionHtml: string };
  readonly user: string | undefined;
  readonly details: BookDetails;
  readonly reviews: BookReviews;
}

const style = `
  :root { color-scheme: light dark; --ink: #1c2733; --paper: #fbfaf7; --line: #ddd8cc; --quiet: #6a7480; --accent: #1f5f8b; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --paper: #171b20; --line: #333b44; --quiet: #9aa5b1; --accent: #7db8e0; } }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
  header { border-bottom: 1px solid var(--line); padding: .9rem 1.5rem; display: flex; gap: 1rem; align-items: center; justify-content: space-between; flex-wrap: wrap; }
  header b { letter-spacing: .02em; }
  main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
  h1 { font: 600 2.2rem/1.2 Georgia, serif; margin: 0 0 .5rem; }
  .columns { display: grid; grid-template-columns: minmax(15rem, 1fr) 2fr; gap: 2.5rem; margin-top: 2rem; }
  @media (max-width: 44rem) { .columns { grid-template-columns: 1fr; } }
  h2 { font-size: .85rem; text-transform: uppercase; letter-spacing: .08em; color: var(--quiet); }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .3rem 1rem; margin: 0; } dt { color: var(--quiet); } dd { margin: 0; }
  blockquote { margin: 0 0 1.4rem; padding-left: 1rem; border-left: 3px solid var(--line); } blockquote p { margin: 0 0 .3rem; }
  .stars { letter-spacing: .15em; font-size: 1.15rem; } .black { color: var(--ink); } .red { color: #d0342c; }
  small, .quiet { color: var(--quiet); } .sorry { color: #b3541e; }
  input, button { font: inherit; padding: .3rem .6rem; border: 1px solid var(--line); border-radius: .4rem; background: transparent; color: inherit; }
  button { background: var(--accent); border-color: var(--accent); color: var(--paper); cursor: pointer; } a { color: var(--accent); }
`;

function escaped(text: unknown): string {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function stars(rating: NonNullable<BookReviews['reviews']>[number]['rating']): string {
  if (rating === undefined) return '';
  if (rating.error !== undefined) return `<p class="sorry">${escaped(rating.error)}</p>`;
  const given = Math.max(0, Math.min(5, rating.stars ?? 0));
  return `<p class="stars ${escaped(rating.color)}" aria-label="${given} of 5 stars">${'★'.repeat(given)}${'☆'.repeat(5 - given)}</p>`;
}

function detailsSection(details: BookDetails): string {
  if (details['error'] !== undefined) return `<p class="sorry">${escaped(details['error'])}</p>`;
  const facts = Object.entries(details).filter(([name]) => !['id', 'podname', 'clustername'].includes(name));
  return `<dl>${facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`;
}

function reviewsSection({ error, reviews = [], podname, clustername }: BookReviews): string {
  if (error !== undefined) return `<p class="sorry">${escaped(error)}</p>`;
  const quotes = reviews.map(({ reviewer, text, rating }) => `<blockquote><p>${escaped(text)}</p><small>${escaped(reviewer)}</small>${stars(rating)}</blockquote>`);
  return `${quotes.join('')}<p class="quiet">Reviews served by <b id="reviews-podname">${escaped(podname)}</b> on <span>${escaped(clustername)}</span></p>`;
}

/** The product page as HTML. Everything that came from elsewhere is escaped. */
export function renderPage({ product, user, details, reviews }: Page): string {
  const session =
    user === undefined
      ? '<form method="post" action="/login"><input name="username" placeholder="user name" aria-label="user name" required> <button>Sign in</button></form>'
      : `<span>Signed in as <b>${escaped(user)}</b> · <a href="/logout">sign out</a></span>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Simple Bookstore App</title><style>${style}</style></head>
<body>
<header><b>Flotilla bookshop</b>${session}</header>
<main>
<h1>${escaped(product.title)}</h1>
<p>${escaped(product.descriptionHtml)}</p>
<div class="columns">
<section><h2>Book details</h2>${detailsSection(details)}</section>
<section><h2>Book reviews</h2>${reviewsSection(reviews)}</section>
</div>
</main>
</body>
</html>
`;
}
