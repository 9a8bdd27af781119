/** Returns the sentences of a Markdown text that are hard to read, each with its reason. */
export function hardSentences(markdown: string): string[]
