import { computed, signal } from '@preact/signals'
import { type Document, groupsOf } from '../reference.js'
import { ask } from '../state/connection.js'
import { tell } from '../state/notice.js'
import { apiUrl } from '../state/session.js'

export const documentNames = { rostering: 'Rostering API', control: 'Control API' } as const

export type DocumentName = keyof typeof documentNames

export const documentName = signal<DocumentName>('rostering')
export const referenceSearch = signal('')

const documents = signal<Partial<Record<DocumentName, Document>>>({})
export const shownDocument = computed(() => documents.value[documentName.value])
export const groups = computed(() =>
  shownDocument.value === undefined ? [] : groupsOf(shownDocument.value, referenceSearch.value),
)

export const documentUrl = (name: DocumentName) => `${apiUrl}/__control/openapi/${name}.json`

/** Loads a document, unless it is there. */
export async function loadDocument(name: DocumentName): Promise<void> {
  if (documents.value[name] !== undefined) return
  try {
    const { ok, body } = await ask(documentUrl(name), {})
    if (!ok) throw new Error(`The document cannot be loaded: ${body}`)
    documents.value = { ...documents.value, [name]: JSON.parse(body) }
  } catch (error) {
    tell((error as Error).message, true)
  }
}
