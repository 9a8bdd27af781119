import { statusPath } from '../tools/requests.js'

/** The state that every stub answers with. */
export const state = { status: 'processed', fileLine: 2, messages: [] }

export const id = (index) => `import-${index}`
export const ids = (count) => Array.from({ length: count }, (_, index) => id(index))
export const stubPaths = (count) => ids(count).map(statusPath)
export const answer = { result: state }
