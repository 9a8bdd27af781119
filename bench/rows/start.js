import { bareFastify, emulator } from '../subjects/subjects.js'
import { atMost, figure } from '../tools/figures.js'
import { interleave, ratio } from '../tools/rounds.js'
import { scenarioFile } from '../tools/scenarios.js'
import { startServer } from '../tools/server.js'

export const title = 'From the start of the process to its first answer'

export async function measure({ starts }) {
  const subjects = {
    'bare Fastify': bareFastify,
    emulator: emulator(),
    '100,000 imports': emulator({ fixtures: scenarioFile(100_000) }),
  }
  const start = async (subject) => {
    const { startMs, stop } = await startServer(subject)
    await stop()
    return startMs
  }
  // The first start of each reads the disk.
  await interleave(subjects, 1, start)
  const from = await interleave(subjects, starts, start)
  return [
    figure('emulator / bare Fastify', ratio(from.emulator, from['bare Fastify']), {
      target: atMost(0.9),
      from: { emulator: from.emulator, 'bare Fastify': from['bare Fastify'] },
    }),
    figure(
      'with 100,000 imports in JSON / without',
      ratio(from['100,000 imports'], from.emulator),
      {
        target: atMost(4),
        from: { '100,000 imports': from['100,000 imports'], emulator: from.emulator },
      },
    ),
  ]
}
