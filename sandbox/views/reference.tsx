import { late } from '../parts/late.js'

/** The reference of both APIs. Its code and the documents are loaded when somebody opens it. */
export const ReferenceView = late(async () => (await import('../reference/page.js')).ReferencePage)
