import { bareFastify, emulator } from '../subjects/subjects.js'
import { column, compare, throughput } from '../tools/compare.js'
import { atMost, figure } from '../tools/figures.js'
import { ratio } from '../tools/rounds.js'

export const title = 'Status, 16 connections, journal off, log silent'

export async function measure(settings) {
  const subjects = { 'bare Fastify': bareFastify, emulator: emulator({ journal: 0 }) }
  const results = await compare(subjects, settings, { connections: 16 })
  const from = column(results, 'p99Ms')
  return [
    figure('emulator / bare Fastify: p99 latency', ratio(from.emulator, from['bare Fastify']), {
      target: atMost(1.5),
      from,
    }),
    ...throughput(results, 'emulator', 'bare Fastify', { processor: atMost(1.3) }),
  ]
}
