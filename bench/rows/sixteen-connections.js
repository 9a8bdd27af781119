import { bareFastify, emulator } from '../subjects/subjects.js'
import { column, compare } from '../tools/compare.js'
import { atMost, figure } from '../tools/figures.js'
import { ratio } from '../tools/rounds.js'

export const title = 'Status, 16 connections, journal off, log silent'

export async function measure(settings) {
  const subjects = { 'bare Fastify': bareFastify, emulator: emulator({ journal: 0 }) }
  const results = await compare(subjects, settings, { connections: 16 })
  const row = (what, key, limit) => {
    const from = column(results, key)
    const value = ratio(from.emulator, from['bare Fastify'])
    return figure(`${what}: emulator / bare Fastify`, value, { target: atMost(limit), from })
  }
  return [
    row('p99 latency', 'p99Ms', 1.5),
    row('processor time a request', 'processorMicroseconds', 1.3),
  ]
}
