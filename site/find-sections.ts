import MiniSearch from 'minisearch'

/** A part of a page that the search can find. */
export interface Section {
  readonly id: number
  /** The title of the page. */
  readonly page: string
  /** The heading of the section, or the code that a row of a table explains. */
  readonly title: string
  /** The address, relative to the site. */
  readonly url: string
  readonly text: string
}

/** The most sections that a search returns. */
const maxResults = 12

/** Returns a search over sections: all words must occur, the last one may be unfinished. */
export function createSearch(sections: readonly Section[]): (query: string) => Section[] {
  const index = new MiniSearch<Section>({ fields: ['title', 'page', 'text'] })
  index.addAll(sections)
  const urlOf = (id: number) => (sections[id] as Section).url
  return (query) =>
    index
      .search(query, {
        combineWith: 'AND',
        prefix: true,
        // One slip in a long word.
        fuzzy: (term) => (term.length > 5 ? 1 : false),
        boost: { title: 4, page: 2 },
        // A reader wants an explanation before its evidence or its history.
        boostDocument: (id) => (/^(?:fidelity|changelog)/.test(urlOf(id)) ? 0.5 : 1),
      })
      .slice(0, maxResults)
      .map(({ id }) => sections[id] as Section)
}
