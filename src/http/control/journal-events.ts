import type { Writable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Arguments, readQuery } from '../../domain/control/request.js'
import { invalidInput } from '../../domain/errors.js'
import { type JournalFilter, journalFilterSchema, matchesFilter } from '../../domain/journal.js'
import { parseBySchema } from '../../domain/schema.js'
import type { ControlScope } from '../../emulator/control/control-verb.js'
import { describeRecord } from '../../emulator/journal/describe-entry.js'
import type { Journal, JournalRecord } from '../../emulator/journal/journal.js'
import { clearInterval, setInterval } from '../../emulator/real-time.js'

/** The interval between heartbeats of a silent stream, in milliseconds. */
const heartbeatMs = 15_000

/** Proxies pass events on as they come: nginx keeps them back without the first of these. */
const streamHeaders = {
  'x-accel-buffering': 'no',
  'cache-control': 'no-store, no-transform',
  'content-type': 'text/event-stream',
}

/** After so many heartbeats without progress, a reader is given up. */
const maxMissedBeats = 2

/**
 * `GET /journal/events`: entries as server-sent events, from now on, or after the entry that `since` or
 * `Last-Event-ID` names. An entry is sent again if its response was cut off later. A reader
 * that is too slow loses the entries that the journal evicts, and gets the event `dropped`.
 */
export function streamJournal(
  app: FastifyInstance,
  scopeOf: (request: FastifyRequest) => ControlScope,
): void {
  app.get('/journal/events', (request, reply) => {
    const parsed = parseBySchema(
      journalFilterSchema,
      readQuery(journalFilterSchema, request.query as Arguments),
    )
    if ('mistakes' in parsed) throw invalidInput(parsed.mistakes)
    const { journal } = scopeOf(request).workspace
    const { since, before: _, limit: __, ...filter } = parsed.value
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, { ...reply.getHeaders(), ...streamHeaders } as never)
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
export function writeEntries(
  stream: Writable,
  journal: Journal,
  filter: JournalFilter,
  after: number,
  beatMs = heartbeatMs,
): void {
  let from = after
  let lastId = after
  let isFull = false
  let isCleared = false
  let missedBeats = 0
  const write = (record: JournalRecord) => {
    if (!matchesFilter(record, filter)) return
    const data = JSON.stringify(describeRecord(record))
    isFull = !stream.write(`id: ${lastId}\nevent: entry\ndata: ${data}\n\n`)
  }
  const writeOn = () => {
    if (isFull) return
    if (isCleared) stream.write('event: cleared\ndata: {}\n\n')
    isCleared = false
    const dropped = journal.droppedAfter(lastId)
    if (dropped > 0) stream.write(`event: dropped\ndata: ${JSON.stringify({ dropped })}\n\n`)
    for (const record of journal.after(lastId)) {
      lastId = record.id
      write(record)
      if (isFull) return
    }
  }
  const writeAgain = (id: number) => {
    if (isFull || id <= from) return
    write(journal.get(id) as JournalRecord)
  }
  const beat = () => {
    missedBeats = isFull ? missedBeats + 1 : 0
    if (missedBeats === maxMissedBeats) stream.destroy()
    else if (!isFull) stream.write(': alive\n\n')
  }
  const heartbeat = setInterval(beat, beatMs).unref()
  const end = () => {
    stop()
    clearInterval(heartbeat)
    // A reader that does not read would never let it end.
    if (isFull) stream.destroy()
    else if (!stream.destroyed) stream.end()
  }
  const stop = journal.follow({
    onEntry: writeOn,
    onChange: writeAgain,
    onClear() {
      isCleared = true
      // A journal that went back to a saved state has entries in their place.
      from = 0
      lastId = 0
      writeOn()
    },
    onClose: end,
  })
  stream.on('drain', () => {
    isFull = false
    missedBeats = 0
    writeOn()
  })
  // A reader that is gone in the middle of a write.
  stream.on('error', end)
  stream.once('close', end)
  stream.write(': the journal\n\n')
  writeOn()
}
