import { lexer } from 'marked'

/*
 * Finds sentences that are hard to read. It knows no grammar: it looks for habits that made these pages hard to read before.
 */

const maxWords = 28

const rules = [
  ['is passive where someone acts', /\b(?:is|are|was|were|be|been) told\b/i],
  ['turns "there is no … that" around', /\bthere (?:is|are|was|were) no\b.*\bthat\b/i],
  ['begins with a noun clause', /^(?:what|whether|whoever|which|how)\b.*[^?]$/i],
]

/** Returns the sentences of a Markdown text that are hard to read, each with its reason. */
export function hardSentences(markdown) {
  const texts = textsOf(lexer(markdown))
  return texts.flatMap((text) => sentencesOf(text)).flatMap(judge)
}

function judge(sentence) {
  const words = sentence.split(/\s+/).filter((word) => /\w/.test(word)).length
  const reasons = rules.filter(([, pattern]) => pattern.test(sentence)).map(([reason]) => reason)
  if (words > maxWords) reasons.push(`has ${words} words`)
  return reasons.map((reason) => `${reason}: ${sentence}`)
}

/** The texts of headings, paragraphs, items and cells. Code blocks have none. */
function textsOf(tokens) {
  return tokens.flatMap((token) => {
    if (token.type === 'code' || token.type === 'html') return []
    if (token.type === 'table') return [token.header, ...token.rows].flat().map(cellText)
    if (token.type === 'list') return token.items.flatMap((item) => textsOf(item.tokens))
    if (token.type === 'blockquote') return textsOf(token.tokens)
    return token.tokens ? [plainText(token.tokens)] : []
  })
}

const cellText = ({ tokens }) => plainText(tokens)

/** Inline code counts as one word: its full stops end no sentence, and a sentence may begin with it. */
function plainText(tokens) {
  return tokens
    .map((token) => {
      if (token.type === 'codespan') return 'Code'
      if (token.type === 'html' || token.type === 'br') return ' '
      return token.tokens ? plainText(token.tokens) : token.text
    })
    .join('')
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

const sentencesOf = (text) =>
  [...segmenter.segment(text.replace(/\s+/g, ' '))].map(({ segment }) => segment.trim())
