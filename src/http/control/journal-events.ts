import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { invalidInput } from '../../domain/errors.js'
import { type JournalFilter, journalFilterSchema, matchesFilter } from '../../domain/journal.js'
import { parseBySchema } from '../../domain/schema.js'
import type { ControlScope } from '../../emulator/control-verb.js'
import { describeRecord } from '../../emulator/describe-record.js'
import type { Journal, JournalRecord } from '../../emulator/journal.js'
import { readQuery } from './query.js'

/** How often a silent stream says that it is alive, in milliseconds. */
const heartbeatMs = 15_000

/**
 * `GET /journal/events`: entries as server-sent events, from now on, or after the entry that `since` or
 * `Last-Event-ID` names. One that ends otherwise than it was told (a client that hangs up) is told again. A
 * reader that is too slow loses entries as the journal drops them, and is told.
 */
export function streamJournal(
  app: FastifyInstance,
  scopeOf: (request: FastifyRequest) => ControlScope,
): void {
  app.get('/journal/events', (request, reply) => {
    const parsed = parseBySchema(
      journalFilterSchema,
      readQuery(journalFilterSchema, request.query as Record<string, unknown>),
    )
    if ('mistakes' in parsed) throw invalidInput(parsed.mistakes)
    const { journal } = scopeOf(request).workspace
    const { since, ...filter } = parsed.value
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, { ...reply.getHeaders(), 'content-type': 'text/event-stream' } as never)
    writeEntries(raw, journal, filter, lastEventIdOf(request, journal) ?? since ?? journal.lastId)
  })
}

/** Undefined where it is no id. A later one than there is was given by another run: all of this one came after it. */
function lastEventIdOf({ headers }: FastifyRequest, { lastId }: Journal): number | undefined {
  const header = String(headers['last-event-id'])
  if (!/^\d{1,15}$/.test(header)) return undefined
  return Number(header) > lastId ? 0 : Number(header)
}

/** Reads on from the journal whenever the stream can take more: nothing is kept for a slow reader. */
function writeEntries(
  stream: ServerResponse,
  journal: Journal,
  filter: JournalFilter,
  after: number,
): void {
  let lastId = after
  let isFull = false
  const write = (record: JournalRecord) => {
    if (!matchesFilter(record, filter)) return
    const data = JSON.stringify(describeRecord(record))
    isFull = !stream.write(`id: ${lastId}\nevent: entry\ndata: ${data}\n\n`)
  }
  const writeOn = () => {
    if (isFull) return
    const dropped = journal.droppedAfter(lastId)
    if (dropped > 0) stream.write(`event: dropped\ndata: ${JSON.stringify({ dropped })}\n\n`)
    for (const record of journal.after(lastId)) {
      lastId = record.id
      write(record)
      if (isFull) return
    }
  }
  const writeAgain = (id: number) => {
    if (isFull || id <= after) return
    write(journal.get(id) as JournalRecord)
  }
  stream.on('drain', () => {
    isFull = false
    writeOn()
  })
  const stop = journal.follow({
    onEntry: writeOn,
    onChange: writeAgain,
    onClear: () => stream.write('event: cleared\ndata: {}\n\n'),
    onClose: () => stream.end(),
  })
  const heartbeat = setInterval(() => stream.write(': alive\n\n'), heartbeatMs).unref()
  stream.once('close', () => {
    stop()
    clearInterval(heartbeat)
  })
  stream.write(': the journal\n\n')
  writeOn()
}
