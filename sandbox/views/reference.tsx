import { useEffect } from 'preact/hooks'
import { Empty, Segments } from '../parts/field.js'
import {
  type DocumentName,
  documentName,
  documentNames,
  documentUrl,
  groups,
  loadDocument,
  referenceSearch,
  shownDocument,
} from '../state/documents.js'
import { OperationPart } from './operation.js'

/** The operations of an API, by their tags. */
export function ReferenceView() {
  const name = documentName.value
  useEffect(() => void loadDocument(name), [name])
  const document = shownDocument.value
  return (
    <section class="list" aria-label="Reference">
      <div class="toolbar">
        <Segments
          label="Document"
          value={name}
          options={Object.entries(documentNames) as [DocumentName, string][]}
          onChange={(it) => {
            documentName.value = it
          }}
        />
        <input
          type="search"
          aria-label="Search the reference"
          placeholder="Path, or words"
          value={referenceSearch.value}
          onInput={({ currentTarget }) => {
            referenceSearch.value = currentTarget.value
          }}
        />
        <a href={documentUrl(name)} download={`${name}.json`}>
          OpenAPI document
        </a>
      </div>
      {document === undefined && <p class="muted">Loading…</p>}
      {document !== undefined && groups.value.length === 0 && (
        <Empty title="No operation has these words" />
      )}
      {document !== undefined &&
        groups.value.map(({ name: tag, description, operations }) => (
          <section key={tag} class="operations" aria-label={tag}>
            <h2>{tag}</h2>
            <p class="muted">{description}</p>
            {operations.map((it) => (
              <OperationPart key={`${it.method} ${it.path}`} document={document} {...it} />
            ))}
          </section>
        ))}
    </section>
  )
}
