import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { callNames, callNeeds, callOf } from '../calls.js'
import { commandOf, type Language, languages } from '../commands.js'
import { CopyButton } from '../parts/buttons.js'
import { StatusChip } from '../parts/chip.js'
import { Code } from '../parts/details.js'
import { Field, Segments } from '../parts/field.js'
import { accessToken, call, clientId, clientSecret, file, referenceId } from '../state/call.js'
import {
  type CallResponse,
  isAsking,
  response,
  stopAsking,
  tryCall,
} from '../state/call-response.js'
import { entryOfTrace } from '../state/journal.js'
import { apiUrl } from '../state/session.js'
import { TokenPanel } from './token-panel.js'
import { WhyPanel } from './why-panel.js'

const language = signal<Language>('curl')

/** Calls the vendor's API. */
export function CallView() {
  return (
    <div class="halves">
      <TokenPanel />
      <CallPanel />
    </div>
  )
}

function CallPanel() {
  const needs = callNeeds[call.value]
  const given = {
    apiUrl,
    accessToken: accessToken.value === '' ? '<access token>' : accessToken.value,
    clientId: clientId.value,
    clientSecret: clientSecret.value === '' ? '<client secret>' : clientSecret.value,
    referenceId: referenceId.value,
    fileName: file.value?.name ?? 'roster.csv',
  }
  const isAnonymous = needs.includes('secret') && clientId.value === ''
  const command = commandOf(language.value, callOf(call.value, given))
  return (
    <section class="panel" aria-label="Call">
      <h2>Call</h2>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void tryCall(callOf(call.value, { ...given, accessToken: accessToken.value }), file.value)
        }}
      >
        <Segments
          label="Endpoint"
          value={call.value}
          options={callNames.map((name) => [name, name])}
          onChange={(name) => {
            call.value = name
          }}
        />
        {needs.includes('referenceId') && (
          <Field
            label="Reference id"
            mono
            value={referenceId.value}
            onInput={(id) => {
              referenceId.value = id
            }}
          />
        )}
        {needs.includes('secret') && (
          <Field
            label={`Secret of ${clientId.value}`}
            isSecret
            value={clientSecret.value}
            hint="The emulator never shows it. It stays on this page."
            onInput={(text) => {
              clientSecret.value = text
            }}
          />
        )}
        {needs.includes('file') && (
          <label class="field">
            <span>CSV file</span>
            <input
              type="file"
              accept=".csv,text/csv"
              onChange={({ currentTarget }) => {
                file.value = currentTarget.files?.[0]
              }}
            />
          </label>
        )}
        <div class="actions">
          <button type="submit" class="primary" disabled={isAsking.value || isAnonymous}>
            Try it
          </button>
          {isAsking.value && (
            <button type="button" onClick={stopAsking}>
              Stop waiting
            </button>
          )}
          {needs.includes('bearer') && accessToken.value === '' && (
            <span class="muted">without a token, as long as you get none</span>
          )}
        </div>
      </form>
      {response.value !== undefined && <ResponsePart response={response.value} />}
      <div class="command-head">
        <Segments
          label="Language"
          value={language.value}
          options={languages.map((it) => [it, it])}
          onChange={(it) => {
            language.value = it
          }}
        />
        <CopyButton label="Copy command" text={() => command} />
      </div>
      <Code label="Command" text={command} />
    </section>
  )
}

function ResponsePart({ response }: { readonly response: CallResponse }) {
  const entry = entryOfTrace(response.traceId)
  const why = entry && entry.reason.code !== 'served' && <WhyPanel entry={entry} />
  return (
    <section aria-label="Response" class="response">
      <p class="mono clip">{response.request}</p>
      {'failure' in response ? (
        <>
          <p class="message failed">{response.failure}</p>
          {why}
        </>
      ) : (
        <Told {...response}>{why}</Told>
      )}
    </section>
  )
}

function Told({
  status,
  statusText,
  durationMs,
  headers,
  body,
  children,
}: Extract<CallResponse, { status: number }> & { readonly children: ComponentChildren }) {
  return (
    <>
      <p class="status-line">
        <StatusChip status={status} text={`HTTP/1.1 ${status} ${statusText}`} />
        <span class="muted">{durationMs} ms</span>
      </p>
      {children}
      <Code
        label="Headers of the response"
        text={headers.map(([name, value]) => `${name}: ${value}`).join('\n')}
      />
      <Code label="Body of the response" text={body} />
    </>
  )
}
