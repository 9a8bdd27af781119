import { bareFastify, bareNode, emulator } from '../subjects/subjects.js'
import { compare, throughput } from '../tools/compare.js'
import { atLeast } from '../tools/figures.js'
import { scratch } from '../tools/places.js'

export const title = 'Status, one id and one token, 64 connections'

export async function measure(settings) {
  const subjects = {
    'bare node:http': bareNode,
    'bare Fastify': bareFastify,
    'journal off': emulator({ journal: 0 }),
    'journal on': emulator(),
    'log to a file': emulator({ journal: 0, logFile: scratch('log') }),
  }
  const results = await compare(subjects, settings)
  const row = (one, other, limit) => throughput(results, one, other, { perSecond: atLeast(limit) })
  return [
    ...row('journal off', 'bare Fastify', 0.9),
    ...row('journal off', 'bare node:http', 0.8),
    ...row('journal on', 'journal off', 0.85),
    ...row('log to a file', 'journal off', 0.6),
  ]
}
