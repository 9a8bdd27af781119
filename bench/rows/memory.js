import { bareFastify, emulator } from '../subjects/subjects.js'
import { atMost, figure } from '../tools/figures.js'
import { load } from '../tools/load.js'
import { residentMb, settle } from '../tools/processes.js'
import { fetchTokens, poll, statusPath } from '../tools/requests.js'
import { interleave, median, ratio } from '../tools/rounds.js'
import { withServer } from '../tools/server.js'
import { signingKeyFile } from '../tools/signing-key.js'

export const title = 'Resident memory'

export async function measure(settings) {
  return [await idle(settings), ...(await afterLoad(settings))]
}

async function idle({ rounds }) {
  const subjects = { 'bare Fastify': bareFastify, emulator: emulator() }
  const from = await interleave(subjects, rounds, (subject) =>
    withServer(subject, async ({ pid }) => {
      await settle()
      return residentMb(pid)
    }),
  )
  const value = ratio(from.emulator, from['bare Fastify'])
  return figure('idle: emulator / bare Fastify', value, { target: atMost(1.25), from })
}

async function afterLoad({ memoryRequests, memoryTokens, seconds }) {
  // The tokens are another server's: idle is one that did nothing yet.
  const flags = ['--signing-key', signingKeyFile(), '--issuer', 'http://127.0.0.1:4080']
  const subject = emulator({ flags })
  const tokens = await withServer(subject, ({ port }) => fetchTokens(port, memoryTokens))
  const requests = tokens.map((token, index) => poll(token, statusPath(`processed-${index}`)))
  // Each client polls some times before the next one comes.
  const times = Math.max(1, Math.floor(memoryRequests / memoryTokens))
  return withServer(subject, async ({ port, pid }) => {
    await settle()
    const idleMb = residentMb(pid)
    const from = []
    let sent = 0
    while (sent < memoryRequests) {
      const first = Math.floor(sent / times) % requests.length
      sent += (await load(port, requests, { seconds, times, first })).requests
      from.push({ requests: sent, mb: residentMb(pid) })
    }
    const what = `after ${sent.toLocaleString('en')} requests, ${tokens.length.toLocaleString('en')} tokens and ids`
    // The collector comes now and then: one sample alone would tell when it was here last.
    const quarter = (start) => {
      const within = ({ requests }) => requests >= start * sent && requests <= (start + 0.25) * sent
      return from.filter(within).map(({ mb }) => mb)
    }
    const before = quarter(0.5)
    const endMb = median(quarter(0.75))
    const figures = [
      figure(`${what}: over idle`, endMb - idleMb, {
        unit: ' MB',
        target: atMost(60),
        from: { idleMb, samples: from },
      }),
    ]
    // A run of a second has no quarters.
    if (before.length > 0) {
      const grown = endMb - median(before)
      const target = atMost(10)
      figures.push(figure('the last quarter over the one before', grown, { unit: ' MB', target }))
    }
    return figures
  })
}
