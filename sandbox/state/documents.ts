import { computed, signal } from '@preact/signals'
import type { Behaviour, BehaviourId } from '../../src/domain/behaviours.js'
import type { ReasonCode } from '../../src/domain/reason.js'
import type { ReasonText } from '../../src/domain/reason-texts.js'
import { type Document, groupsOf } from '../reference.js'
import { ask, Unreachable } from './connection.js'
import { tell } from './notice.js'
import { apiUrl } from './session.js'

export const documentNames = { rostering: 'Rostering API', control: 'Control API' } as const

export type DocumentName = keyof typeof documentNames

export const documentName = signal<DocumentName>('rostering')
export const referenceSearch = signal('')

/** A row of the ledger, without the test that shows it. */
export type LedgerRow = Omit<Behaviour, 'part' | 'test'>

/** The document of the rostering API also has the ledger, and the texts of each reason. */
interface RosteringDocument extends Document {
  readonly 'x-ledger': Readonly<Record<BehaviourId, LedgerRow>>
  readonly 'x-reasons': Readonly<Record<ReasonCode, ReasonText>>
}

interface Documents {
  readonly rostering?: RosteringDocument
  readonly control?: Document
}

const documents = signal<Documents>({})
/** The texts that the page shares with the documentation. Undefined until they are loaded. */
export const texts = computed(() => documents.value.rostering)
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
    // The page shows that for as long as it lasts.
    if (!(error instanceof Unreachable)) tell((error as Error).message, true)
  }
}
