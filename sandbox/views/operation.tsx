import { useState } from 'preact/hooks'
import { StatusChip } from '../parts/chip.js'
import { Code } from '../parts/details.js'
import { withoutMarks } from '../parts/text.js'
import {
  bodiesOf,
  callFor,
  type Document,
  type Field,
  type ListedOperation,
  parametersOf,
  responsesOf,
  type ShownContent,
  type ShownExample,
  type ShownResponse,
} from '../reference.js'
import { call } from '../state/call.js'
import { open } from '../state/route.js'

interface OperationProps extends ListedOperation {
  readonly document: Document
}

/** An operation. Its details are made when somebody opens it. */
export function OperationPart({ document, method, path, operation }: OperationProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details class="operation" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>
        <b class="mono">{method}</b> <span class="mono">{path}</span>{' '}
        <span class="muted">
          {operation.summary}
          {operation.deprecated && ' (older)'}
        </span>
      </summary>
      {isOpen && <OperationDetails document={document} operation={operation} />}
    </details>
  )
}

function OperationDetails({ document, operation }: Pick<OperationProps, 'document' | 'operation'>) {
  const name = callFor(operation)
  const parameters = parametersOf(document, operation)
  return (
    <div class="stack">
      <p>{withoutMarks(operation.description)}</p>
      {name !== undefined && (
        <div class="actions">
          <button
            type="button"
            onClick={() => {
              call.value = name
              open('call')
            }}
          >
            Try it
          </button>
        </div>
      )}
      {parameters.length > 0 && (
        <>
          <h3>Parameters</h3>
          <Fields fields={parameters} />
        </>
      )}
      {bodiesOf(document, operation).map((body) => (
        <section key={body.type} class="stack">
          <h3>
            Body: <span class="mono">{body.type}</span> <Basis basis={body.basis} />
          </h3>
          <Content {...body} />
        </section>
      ))}
      <h3>Responses</h3>
      {responsesOf(document, operation).map((response) => (
        <ResponsePart key={response.status} {...response} />
      ))}
    </div>
  )
}

function ResponsePart({ status, description, basis, contents }: ShownResponse) {
  return (
    <details class="answer">
      <summary>
        <StatusChip status={status} /> {withoutMarks(description)} <Basis basis={basis} />
      </summary>
      {contents.map((content) => (
        <section key={content.type}>
          <p class="mono muted">{content.type}</p>
          <Content {...content} />
        </section>
      ))}
    </details>
  )
}

function Basis({ basis }: { readonly basis: string | undefined }) {
  return basis === undefined ? null : <span class="chip pattern">{basis}</span>
}

function Content({ fields, examples }: ShownContent) {
  return (
    <div class="stack">
      {fields.length > 0 && <Fields fields={fields} />}
      {examples.map((example) => (
        <ExamplePart key={example.title + example.text} {...example} />
      ))}
    </div>
  )
}

function ExamplePart({ title, text, basis, switch: switchValue }: ShownExample) {
  return (
    <div>
      <p>
        {withoutMarks(title)} <Basis basis={basis} />{' '}
        {switchValue !== undefined && <span class="chip pending">{switchValue}</span>}
      </p>
      <Code label={`Example: ${withoutMarks(title)}`} text={text} />
    </div>
  )
}

function Fields({ fields }: { readonly fields: readonly Field[] }) {
  return (
    <dl class="fields">
      {fields.map(({ path, type, meaning, isRequired }) => (
        <div key={path + type}>
          <dt>
            <span class="mono">{path}</span>{' '}
            <span class="muted">
              {type}
              {isRequired && ' · required'}
            </span>
          </dt>
          <dd>{withoutMarks(meaning)}</dd>
        </div>
      ))}
    </dl>
  )
}
