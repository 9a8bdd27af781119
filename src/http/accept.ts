/** Returns whether an `Accept` header prefers HTML, as that of a browser does. */
export function prefersHtml(accept = ''): boolean {
  const html = quality(accept, 'text/html')
  return html > 0 && html > quality(accept, 'application/json')
}

/** RFC 9110 §12.5.1: of the ranges that match, the most specific one tells. */
function quality(accept: string, type: string): number {
  const ranges = accept.toLowerCase().split(',').map(parseRange)
  for (const name of [type, type.replace(/\/.*/, '/*'), '*/*']) {
    const range = ranges.find((it) => it.name === name)
    if (range !== undefined) return range.quality
  }
  return 0
}

function parseRange(range: string) {
  const [name = '', ...parameters] = range.split(';').map((part) => part.trim())
  const weight = parameters.find((it) => it.startsWith('q='))?.slice(2)
  return { name, quality: weight === undefined ? 1 : Number(weight) || 0 }
}
