import { bareFastify, bareNode, emulator } from '../subjects/subjects.js'
import { column, compare } from '../tools/compare.js'
import { atLeast, figure } from '../tools/figures.js'
import { scratch } from '../tools/places.js'
import { ratio } from '../tools/rounds.js'

export const title = 'Status, one id and one token, 64 connections: requests a second'

export async function measure(settings) {
  const subjects = {
    'bare node:http': bareNode,
    'bare Fastify': bareFastify,
    'journal off': emulator({ journal: 0 }),
    'journal on': emulator(),
    'log to a file': emulator({ journal: 0, logFile: scratch('log') }),
  }
  const from = column(await compare(subjects, settings), 'perSecond')
  const row = (one, other, limit) =>
    figure(`${one} / ${other}`, ratio(from[one], from[other]), {
      target: atLeast(limit),
      from: { [one]: from[one], [other]: from[other] },
    })
  return [
    row('journal off', 'bare Fastify', 0.9),
    row('journal off', 'bare node:http', 0.8),
    row('journal on', 'journal off', 0.85),
    row('log to a file', 'journal off', 0.6),
  ]
}
